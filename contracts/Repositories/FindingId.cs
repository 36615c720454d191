namespace Charterhouse.Contracts.Repositories;

/// <summary>The form of a finding's id: <c>fnd_</c> and 20 lower-case hex digits. What has another form is no id: nobody is offered a command for it, and no command takes it.</summary>
public static class FindingId
{
    private const string Prefix = "fnd_";
    private const int Digits = 20;

    /// <summary>True for a whole id.</summary>
    public static bool IsOne(string? text) =>
        text is not null && text.Length == Prefix.Length + Digits && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;
}
