using System.Text.RegularExpressions;
using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Ingest.Providers;

/// <summary>Where somebody wrote a command, or ticked a box.</summary>
/// <param name="Number">Of the pull request or issue.</param>
/// <param name="CommentId">Null for a box of the dashboard issue.</param>
/// <param name="Login">Who did it.</param>
internal sealed record CommandPlace(TriggerRepository Repository, long? Number, bool IsPullRequest, long? CommentId, string? Login, long? UserId);

/// <summary>Comments and edited issues that tell the house to do something.</summary>
internal static partial class CommandEvents
{
    /// <summary>The event of a command; where there is none, why it calls for nothing.</summary>
    /// <param name="nothing">What there is, where nothing is asked for: <c>the comment has no command</c>.</param>
    public static EventReading Read(string provider, CommandReading reading, CommandPlace place, string nothing, EventStamp stamp)
    {
        if (reading.Problem is { } problem) return EventReading.Ignored(problem);
        if (reading.Command is not { } command) return EventReading.Ignored(nothing);
        if (place is not { Number: { } number and > 0, Login: { } login, UserId: { } user and > 0 } || !LoginForm().IsMatch(login)) return EventReading.Ignored("the payload does not say who gave the command, and where");
        return new EventReading
        {
            Message = new CommandReceived
            {
                EventId = stamp.EventId,
                Provider = provider,
                Repository = place.Repository,
                Number = number,
                IsPullRequest = place.IsPullRequest,
                CommentId = place.CommentId?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Login = login,
                UserId = user,
                Command = command,
                ReceivedAt = stamp.ReceivedAt,
            },
        };
    }

    // it becomes part of an address at the forge's API, and of sentences
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LoginForm();
}
