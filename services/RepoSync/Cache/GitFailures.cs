using System.Text.RegularExpressions;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>Turns what git said into failures with a stable code, a sentence and a way out. git's own words go to the detail.</summary>
internal static partial class GitFailures
{
    private const int MaxDetail = 4000;

    /// <summary>A target's problem as a step's failure; none of them mends itself.</summary>
    public static StepFailedException Of(TargetProblem problem) => StepFailedException.Permanent(problem.Code, problem.Message, problem.Remedy);

    /// <summary>There is no git.</summary>
    public static StepFailedException Of(GitMissingException problem) =>
        Make("git_missing", "git was not found on the PATH", "Install git 2.39 or later on the machine that runs RepoSync.", retryable: false, problem.Message, problem);

    /// <summary>The cache's own files could not be written.</summary>
    public static StepFailedException OfStorage(Exception problem) => IsFull(problem)
        ? Full(problem.Message)
        : Make("storage_failed", $"the repository cache cannot be written: {Redact(problem.Message)}", "Check the owner and the rights of the data folder.", retryable: false, problem.Message, problem);

    /// <summary>A command on our own cache failed.</summary>
    public static StepFailedException OfCache(GitResult result, string doing)
    {
        if (result.TimedOut) return TimedOut(doing, result.Error);
        if (IsFull(result.Error)) return Full(result.Error);
        if (Has(result.Error, "Permission denied", "Read-only file system", "unable to create", "insufficient permission"))
            return Make("storage_failed", $"the repository cache cannot be written while {doing}", "Check the owner and the rights of the data folder.", retryable: false, result.Error);
        return Make("corrupt_repository", $"git failed while {doing}: objects of the commit are missing or damaged", "Run 'git fsck' in the repository, or clone it again.", retryable: false, result.Error);
    }

    /// <summary>Talking to the source failed.</summary>
    /// <param name="credential">What the source was shown; null for nothing.</param>
    public static StepFailedException OfTransfer(GitResult result, string shown, GitCredential? credential = null)
    {
        var error = result.Error;
        if (result.TimedOut) return TimedOut($"fetching {shown}", error);
        if (IsFull(error)) return Full(error);
        // 128 + a signal's number: killed from outside (128 and 129 are git's own words for fatal and usage).
        if (result.ExitCode is > 129 and < 160)
            return Make("interrupted", $"git was killed while fetching {shown}", "Try again; if it happens again, look whether memory ran out.", retryable: true, error);
        if (Has(error, "fsck error", "fsckObjects"))
            return Make("corrupt_repository", $"{shown} holds objects that git's safety checks refuse", "Run 'git fsck' in the repository; its history must be repaired before it can be analysed.", retryable: false, error);
        // Before what follows from it: the other side of a pipe "hung up" because it might not read.
        if (Has(error, "Permission denied")) return Has(error, "unable to create", "unable to write", "insufficient permission") ? OfCache(result, "storing objects") : Unreadable(shown, error);
        if (OfHttps(error, shown, credential) is { } https) return https;
        if (Has(error, "Could not read from remote repository"))
            return Unreadable(shown, error);
        return Make("corrupt_repository", $"{shown} cannot be fetched: objects are missing or damaged", "Run 'git fsck' in the repository, or clone it again.", retryable: false, error);
    }

    /// <summary>The source lacks objects and nothing could stand in for them.</summary>
    public static StepFailedException Damaged(string shown, string why, string detail) => Has(detail, "Permission denied")
        ? Unreadable(shown, detail)
        : Make("corrupt_repository", $"{shown} is damaged: {why}", "Run 'git fsck' there to see what is missing, or clone it again.", retryable: false, detail);

    /// <summary>Removes what stands between a scheme and an '@', and anything that follows an authorization header.</summary>
    public static string Redact(string text) => Header().Replace(UserInfo().Replace(text, "://***@"), "${name} ***");

    private static bool Has(string text, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static StepFailedException Unreadable(string shown, string detail) =>
        Make("unreadable", $"{shown} cannot be read", "Grant this user read access to the whole repository, its .git folder included.", retryable: false, detail);

    private static StepFailedException TimedOut(string doing, string detail) =>
        Make("timeout", $"git took too long while {doing}", "Try again; raise RepoSync:FetchTimeout for a very large repository.", retryable: true, detail);

    private static StepFailedException Make(string code, string message, string remedy, bool retryable, string detail, Exception? inner = null, TimeSpan? retryAfter = null)
    {
        detail = Redact(detail).Trim();
        if (detail.Length > MaxDetail) detail = "…" + detail[^MaxDetail..];
        return new StepFailedException(new FailureInfo
        {
            Code = code,
            Message = message,
            Remedy = remedy,
            Retryable = retryable,
            RetryAfterMs = (long?)retryAfter?.TotalMilliseconds,
            Detail = detail.Length == 0 ? null : detail,
        }, inner);
    }

    [GeneratedRegex(@"://[^/\s@]*@", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInfo();
    [GeneratedRegex(@"(?<name>(?:authorization|private-token):(?:\s*(?:basic|bearer))?)\s+\S+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Header();
}
