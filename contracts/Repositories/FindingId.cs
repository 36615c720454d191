namespace Charterhouse.Contracts.Repositories;

/// <summary>The form of a finding's id: <c>fnd_</c> and 8 to 40 lower-case hex digits. Whatever has another form is shown nowhere and asked for nowhere.</summary>
public static class FindingId
{
    private const string Prefix = "fnd_";
    private const int ShortestHash = 8;
    private const int LongestHash = 40;

    /// <summary>True for an id, or the beginning of one that is long enough to name it.</summary>
    public static bool IsOne(string? text) =>
        text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length >= Prefix.Length + ShortestHash && text.Length <= Prefix.Length + LongestHash
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;
}
