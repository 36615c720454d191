namespace Charterhouse.Orchestrator.Workflows;

/// <summary>What is wrong with a workflow's text.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record WorkflowProblem(int Line, int Column, string Message, string Fix);
