using System.Diagnostics.CodeAnalysis;

namespace Charterhouse.RepoSync.Targets;

/// <summary>Why a target cannot be analysed.</summary>
/// <param name="Code">Stable: <c>unsupported_target</c>, <c>not_found</c>, <c>not_a_repository</c>, <c>no_commits</c>, <c>corrupt_repository</c>, <c>unreadable</c>.</param>
/// <param name="Message">One sentence: what is wrong and why. Never holds a secret of the target.</param>
/// <param name="Remedy">What to do instead.</param>
public sealed record TargetProblem(string Code, string Message, string Remedy);

/// <summary>A value, or the problem that stands in its way.</summary>
public sealed record Outcome<T> where T : class
{
    private Outcome(T? value, TargetProblem? problem) => (Value, Problem) = (value, problem);

    /// <summary>The value; null when there is a problem.</summary>
    public T? Value { get; }
    /// <summary>The problem; null when there is a value.</summary>
    public TargetProblem? Problem { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Value is not null;

    /// <summary>An outcome with a value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);
    /// <summary>An outcome with a problem.</summary>
    public static implicit operator Outcome<T>(TargetProblem problem) => new(null, problem);
}
