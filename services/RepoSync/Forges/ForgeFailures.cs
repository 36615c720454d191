using System.Globalization;
using System.Net;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>What goes wrong with a forge, as failures with a stable code, a sentence and a way out.</summary>
internal static class ForgeFailures
{
    /// <summary>No answer, or only half of one.</summary>
    public static StepFailedException Unreachable(string forge, string host, string why) =>
        StepFailedException.Transient(ForgeProblems.Unreachable, $"{forge} at {host} cannot be reached: {why}", "Check the network, and the address in the configuration.");

    /// <summary>No call may be made before a time.</summary>
    public static StepFailedException Limited(string forge, DateTimeOffset until, DateTimeOffset now) => StepFailedException.Transient(ForgeProblems.RateLimited,
        string.Create(CultureInfo.InvariantCulture, $"{forge}'s rate limit leaves no call before {RoundUp(until):HH:mm:ss} UTC"),
        "Wait: it goes on by itself then.", until > now ? until - now : TimeSpan.Zero);

    /// <summary>An answer that is none of those that were hoped for.</summary>
    public static StepFailedException Of(string forge, string host, ForgeAnswer answer)
    {
        var message = answer.Message();
        var said = message.Length == 0 ? "" : $": {message}";
        var status = (int)answer.Status;
        return answer.Status switch
        {
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => StepFailedException.Transient(ForgeProblems.Unavailable, $"{forge} at {host} answers {status}{said}", "Try again later; look at the forge's status page."),
            HttpStatusCode.Unauthorized => StepFailedException.Permanent(ForgeProblems.Unauthorized, $"{forge} at {host} refuses the credentials{said}", "Check the token, or the App's id and key: charter doctor says more."),
            _ when IsLocked(answer.Status, message) => StepFailedException.Permanent(ForgeProblems.Locked, $"{forge} refuses it because the conversation is locked{said}", "Unlock the conversation."),
            HttpStatusCode.Forbidden => StepFailedException.Permanent(ForgeProblems.Forbidden, $"{forge} forbids it{said}", "Give the token, or the App, the right that this needs: charter doctor shows which there are."),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => StepFailedException.Permanent(ForgeProblems.NotFound, $"{forge} has it not, or does not show it to these credentials{said}", "Check that it is there, and that the token or the App may read the repository."),
            _ => StepFailedException.Permanent(ForgeProblems.Refused, $"{forge} refuses it with {status}{said}", null),
        };
    }

    /// <summary>An answer that cannot be read.</summary>
    public static StepFailedException Unreadable(string forge, string host, string why) =>
        StepFailedException.Permanent(ForgeProblems.Refused, $"{forge} at {host} answers something that is not as its API's description promises: {why}", "Check the API's address in the configuration.");

    /// <summary>Nobody may ask for it with these credentials.</summary>
    public static StepFailedException Forbidden(string message, string remedy) => StepFailedException.Permanent(ForgeProblems.Forbidden, message, remedy);

    /// <summary>Only part of a second is left: told without it the time would already be past.</summary>
    private static DateTimeOffset RoundUp(DateTimeOffset time) => new DateTimeOffset((time.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private static bool IsLocked(HttpStatusCode status, string message) =>
        status is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity && message.Contains("locked", StringComparison.OrdinalIgnoreCase);
}
