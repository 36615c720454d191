using System.Globalization;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Commands;

/// <summary>Asks a forge whether somebody may give a command, and how the pull request stands that it is about. Writes nothing but a sign that the command was seen.</summary>
internal static class CommandCheck
{
    /// <summary>In GitHub's words.</summary>
    private const string Seen = "eyes";
    /// <summary>What every command needs.</summary>
    private const ForgePermission Needed = ForgePermission.Write;

    /// <summary>The answer. What went wrong is in it, and whether it may pass.</summary>
    /// <param name="forge">Null where there are no credentials for the repository's host.</param>
    /// <param name="path">The repository's at the forge.</param>
    /// <param name="isSilent">Nothing at all is written.</param>
    public static async Task<CommandChecked> AnswerAsync(CheckCommand question, IForge? forge, string path, bool isSilent, CancellationToken cancellationToken)
    {
        var command = question.Command;
        if (forge is null) return new CommandChecked { Command = command, Problem = $"no credentials for {new Uri(question.Target).Host}" };
        if (forge.Kind != command.Provider) return new CommandChecked { Command = command, Problem = $"{command.Provider} sent it, and the repository is at {forge.Name}" };
        try
        {
            return await AskAsync(question, forge, path, isSilent, cancellationToken);
        }
        catch (StepFailedException problem)
        {
            return new CommandChecked { Command = command, Problem = $"{forge.Name} was asked whether {command.Login} may do that: {problem.Failure.Message}", MayPass = problem.Failure.Retryable };
        }
    }

    private static async Task<CommandChecked> AskAsync(CheckCommand question, IForge forge, string path, bool isSilent, CancellationToken cancellationToken)
    {
        var command = question.Command;
        var permission = await forge.GetPermissionAsync(path, new ForgeUser(command.Login, command.UserId), ForgePriority.Interactive, cancellationToken);
        var answer = new CommandChecked { Command = command, Permission = permission.ToString().ToLowerInvariant(), IsAllowed = permission >= Needed, RepositoryId = IdOf(question.KnownAs) };
        if (!answer.IsAllowed) return answer;
        if (command.CommentId is null && await IsForeignAsync(command, forge, path, cancellationToken)) return answer with { Problem = "the issue with the ticked box is not the dashboard that the house opened" };
        if (command.IsPullRequest)
        {
            if (await forge.FindPullRequestAsync(path, command.Number, ForgePriority.Interactive, cancellationToken) is not { } state)
                return answer with { Problem = string.Create(CultureInfo.InvariantCulture, $"{forge.Name} has no pull request {command.Number}") };
            answer = answer with { Subject = new CommandSubject(string.Create(CultureInfo.InvariantCulture, $"refs/{(forge.Kind == "gitlab" ? "merge-requests" : "pull")}/{command.Number}/head"), state.HeadSha, state.BaseRef, state.IsFork) };
        }
        if (!isSilent) await ShowAsync(command, forge, path, cancellationToken);
        return answer;
    }

    // Anybody may open an issue with our marker and boxes that ask for something else than they say.
    private static async Task<bool> IsForeignAsync(CommandReceived command, IForge forge, string path, CancellationToken cancellationToken) =>
        (await forge.FindIssueAsync(path, CommandGrammar.DashboardMarker, ForgePriority.Interactive, cancellationToken))?.Id != command.Number.ToString(CultureInfo.InvariantCulture);

    private static async Task ShowAsync(CommandReceived command, IForge forge, string path, CancellationToken cancellationToken)
    {
        if (command.CommentId is not { } comment || command.Command.Name == CommandNames.Approve) return;
        try
        {
            await forge.ReactAsync(path, new ForgeSubject(command.Number, command.IsPullRequest), comment, Seen, ForgePriority.Interactive, cancellationToken);
        }
        catch (StepFailedException)
        {
            // a courtesy: what was asked for is done all the same
        }
    }

    private static string? IdOf(string url) => RepositoryTarget.Parse(url) is { Succeeded: true, Value: RepositoryTarget.Https target } ? RepositoryIdentity.OfUrl(target).Id : null;
}
