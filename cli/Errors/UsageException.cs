namespace Charterhouse.Cli.Errors;

/// <summary>Something wrong with what was typed.</summary>
/// <param name="Message">What is wrong, a sentence without a full stop.</param>
/// <param name="Fix">What to do, or null where the message says it.</param>
internal sealed record InputProblem(string Message, string? Fix = null);

/// <summary>What was typed cannot be done. Carries every problem.</summary>
internal sealed class UsageException(IReadOnlyList<InputProblem> problems) : Exception(string.Join("; ", problems.Select(problem => problem.Message)))
{
    public UsageException(string message, string? fix = null) : this([new InputProblem(message, fix)]) { }

    public IReadOnlyList<InputProblem> Problems { get; } = problems;
}
