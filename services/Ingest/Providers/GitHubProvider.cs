using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Triggers;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Providers;

/// <summary>GitHub's webhooks (docs.github.com, "Validating webhook deliveries" and "Webhook events and payloads").</summary>
internal sealed class GitHubProvider(RotatingSecret secret) : WebhookProvider
{
    private const string SignatureHeader = "X-Hub-Signature-256";
    private const string EventHeader = "X-GitHub-Event";
    private const string DeliveryHeader = "X-GitHub-Delivery";
    private const string SignaturePrefix = "sha256=";

    public override string Name => "github";

    internal override bool IsSigned(IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        Only(headers, SignatureHeader) is { } header && HexSignature.Read(header, SignaturePrefix) is { } signature && secret.Signs(body, signature);

    internal override (DeliveryHead? Head, string? Problem) ReadHead(IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        DeliveryNames.Event(Only(headers, EventHeader)) is not { } name ? (null, EventHeader)
        : DeliveryNames.Id(Only(headers, DeliveryHeader)) is not { } delivery ? (null, DeliveryHeader)
        : (new DeliveryHead(delivery, name), null);

    internal override IReadOnlyDictionary<string, string> Sign(string @event, string deliveryId, ReadOnlySpan<byte> body) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [EventHeader] = @event,
        [DeliveryHeader] = deliveryId,
        [SignatureHeader] = SignaturePrefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Newest), body)),
    };

    internal override EventReading Read(DeliveryHead head, JsonElement payload, EventStamp stamp)
    {
        var reading = head.Event switch
        {
            "push" => Push(payload, stamp),
            "pull_request" => PullRequest(payload, stamp),
            "issues" => Issues(payload, stamp),
            "issue_comment" => Comment(payload, stamp),
            "repository" => Repository(payload, stamp),
            "installation" => Installation(payload, stamp),
            "installation_repositories" => InstallationRepositories(payload, stamp),
            "ping" => EventReading.Ignored("a ping: the webhook is set up"),
            _ => EventReading.Ignored($"events of the kind '{head.Event}' call for nothing"),
        };
        return reading with
        {
            Action = payload.Text("action"),
            Repository = reading.Repository ?? payload.Text("repository", "full_name"),
            Actor = payload.Text("sender", "login"),
        };
    }

    private EventReading Push(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (payload.Ref("ref") is not { } reference) return EventReading.Ignored("the payload names no ref that git would allow");
        if (payload.Is("deleted") || payload.Sha("after") is not { } head) return EventReading.Ignored("the branch or tag was deleted") with { Ref = reference };
        if (!reference.StartsWith("refs/heads/", StringComparison.Ordinal)) return EventReading.Ignored("only pushes to branches call for a run") with { Ref = reference, HeadSha = head };
        var line = TriggerLine.OfRef(reference);
        return new EventReading
        {
            Ref = reference,
            HeadSha = head,
            Message = NewTrigger(repository, TriggerKinds.Push, line, stamp) with
            {
                Ref = reference,
                HeadSha = head,
                BeforeSha = payload.Sha("before"),
                Commits = PushedCommits.Shas(payload.Items("commits"), head),
                Paths = PushedCommits.Paths(payload.Items("commits"), PushedCommits.GitHubMost, complete: !payload.Is("forced") && payload.Sha("before") is not null),
                Bot = IsBot(payload),
                Actor = payload.Text("sender", "login") ?? payload.Text("pusher", "name"),
                HappenedAt = payload.Time("repository", "pushed_at") ?? payload.Time("head_commit", "timestamp"),
            },
        };
    }

    private EventReading PullRequest(JsonElement payload, EventStamp stamp)
    {
        var action = payload.Text("action");
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (payload.Number("pull_request", "number") is not { } number || payload.Sha("pull_request", "head", "sha") is not { } head)
            return EventReading.Ignored("the payload names no pull request with a commit");
        var reading = new EventReading { Ref = $"refs/pull/{number}/head", HeadSha = head };
        if (action is not ("opened" or "synchronize" or "reopened" or "ready_for_review" or "closed"))
            return reading with { Reason = $"the action '{action}' of a pull request calls for nothing" };
        var line = TriggerLine.OfPullRequest(number);
        return reading with
        {
            Message = NewTrigger(repository, TriggerKinds.PullRequest, line, stamp) with
            {
                Action = action,
                Ref = reading.Ref,
                HeadSha = head,
                BeforeSha = payload.Sha("before"),
                PullRequest = number,
                BaseBranch = payload.Branch("pull_request", "base", "ref"),
                Draft = payload.Is("pull_request", "draft"),
                // a head whose repository is gone was a fork's
                Fork = payload.Number("pull_request", "head", "repo", "id") != payload.Number("repository", "id"),
                Bot = IsBot(payload),
                Actor = payload.Text("sender", "login"),
                HappenedAt = payload.Time("pull_request", "updated_at"),
            },
        };
    }

    private EventReading Issues(JsonElement payload, EventStamp stamp)
    {
        var action = payload.Text("action");
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (action == "edited" && payload.Whole("changes", "body", "from") is { } before) return Ticked(payload, repository, before, stamp);
        if (action is not ("opened" or "reopened")) return EventReading.Ignored($"the action '{action}' of an issue calls for nothing");
        return new EventReading
        {
            Message = IssueTrigger(repository, action, stamp) with
            {
                Bot = IsBot(payload),
                Actor = payload.Text("sender", "login"),
                HappenedAt = payload.Time("issue", "updated_at"),
            },
        };
    }

    /// <summary>A new comment with a command. GitHub calls a pull request an issue, too.</summary>
    private EventReading Comment(JsonElement payload, EventStamp stamp)
    {
        var action = payload.Text("action");
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (action != "created") return EventReading.Ignored($"the action '{action}' of a comment calls for nothing: commands are read from new ones");
        var command = CommandGrammar.Read(payload.Whole("comment", "body") ?? "");
        if (command != CommandReading.None && (IsBot(payload) || payload.Text("comment", "user", "type") == "Bot" || payload.At("comment", "performed_via_github_app") is not null))
            return EventReading.Ignored("commands are taken from people, and a program wrote it");
        if (command != CommandReading.None && payload.Number("comment", "user", "id") != payload.Number("sender", "id")) return EventReading.Ignored("the comment is not the sender's");
        return CommandEvents.Read(Name, command, Place(payload, repository, payload.Number("comment", "id")), "the comment has no command", stamp);
    }

    /// <summary>An edited issue: a box of the dashboard was ticked, or something else was written.</summary>
    private EventReading Ticked(JsonElement payload, TriggerRepository repository, string before, EventStamp stamp)
    {
        var command = CommandGrammar.ReadTicked(before, payload.Whole("issue", "body") ?? "");
        return command != CommandReading.None && IsBot(payload)
            ? EventReading.Ignored("commands are taken from people, and a program ticked it")
            : CommandEvents.Read(Name, command, Place(payload, repository, null), "no box of the dashboard was ticked", stamp);
    }

    private static CommandPlace Place(JsonElement payload, TriggerRepository repository, long? comment) =>
        new(repository, payload.Number("issue", "number"), payload.At("issue", "pull_request") is not null, comment, payload.Text("sender", "login"), payload.Number("sender", "id"));

    private EventReading Repository(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        var change = payload.Text("action") switch
        {
            "renamed" or "transferred" => RepositoryChanges.Moved,
            "deleted" => RepositoryChanges.Deleted,
            "archived" => RepositoryChanges.Archived,
            "unarchived" => RepositoryChanges.Unarchived,
            _ => null,
        };
        if (change is null) return EventReading.Ignored($"the action '{payload.Text("action")}' of a repository calls for nothing");
        return new EventReading { Message = Report(change, [repository], FormerUrl(payload, repository), payload, stamp) };
    }

    private EventReading Installation(JsonElement payload, EventStamp stamp) => payload.Text("action") switch
    {
        "created" or "unsuspend" => Installed(RepositoryChanges.Installed, payload, payload.Items("repositories"), stamp),
        "deleted" or "suspend" => Installed(RepositoryChanges.Uninstalled, payload, payload.Items("repositories"), stamp),
        var action => EventReading.Ignored($"the action '{action}' of an installation calls for nothing"),
    };

    private EventReading InstallationRepositories(JsonElement payload, EventStamp stamp) => payload.Text("action") switch
    {
        "added" => Installed(RepositoryChanges.Installed, payload, payload.Items("repositories_added"), stamp),
        "removed" => Installed(RepositoryChanges.Uninstalled, payload, payload.Items("repositories_removed"), stamp),
        var action => EventReading.Ignored($"the action '{action}' of an installation's repositories calls for nothing"),
    };

    private EventReading Installed(string change, JsonElement payload, IEnumerable<JsonElement> listed, EventStamp stamp)
    {
        // these entries have a number and a name, but no address
        if (payload.RepositoryUrl("installation", "account", "html_url") is not { } account || !Uri.TryCreate(account, UriKind.Absolute, out var host))
            return EventReading.Ignored("the payload does not say whose installation it is");
        var repositories = listed.Select(entry => entry.Text("full_name") is { } name && PayloadReader.CleanUrl($"https://{host.Authority}/{name}") is { } url
            ? new TriggerRepository(url, name, ForgeIdOf(host.Authority, entry.Number("id")), null) : null).OfType<TriggerRepository>().ToList();
        return repositories.Count == 0
            ? EventReading.Ignored("the installation names no repositories")
            : new EventReading { Repository = repositories.Count == 1 ? repositories[0].Name : null, Message = Report(change, repositories, null, payload, stamp) };
    }

    private RepositoriesReported Report(string change, IReadOnlyList<TriggerRepository> repositories, string? former, JsonElement payload, EventStamp stamp) => new()
    {
        EventId = stamp.EventId,
        Provider = Name,
        Change = change,
        Repositories = repositories,
        FormerUrl = former,
        Actor = payload.Text("sender", "login"),
        ReceivedAt = stamp.ReceivedAt,
    };

    /// <summary>The address before: a rename tells the former name, a transfer the former owner.</summary>
    private static string? FormerUrl(JsonElement payload, TriggerRepository repository)
    {
        var host = new Uri(repository.Url).Authority;
        var owner = payload.Text("changes", "owner", "from", "user", "login") ?? payload.Text("changes", "owner", "from", "organization", "login") ?? payload.Text("repository", "owner", "login");
        var name = payload.Text("changes", "repository", "name", "from") ?? payload.Text("repository", "name");
        return owner is null || name is null ? null : PayloadReader.CleanUrl($"https://{host}/{owner}/{name}") is { } url && url != repository.Url ? url : null;
    }

    private static TriggerRepository? RepositoryOf(JsonElement payload)
    {
        var url = payload.RepositoryUrl("repository", "clone_url") ?? payload.RepositoryUrl("repository", "html_url");
        return url is null || payload.Text("repository", "full_name") is not { } name ? null
            : new TriggerRepository(url, name, ForgeIdOf(new Uri(url).Authority, payload.Number("repository", "id")), payload.Branch("repository", "default_branch"));
    }

    private static bool IsBot(JsonElement payload) => payload.Text("sender", "type") == "Bot";

    private static EventReading NoRepository => EventReading.Ignored("the payload names no repository with an https address");
}
