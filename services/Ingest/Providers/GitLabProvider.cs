using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Triggers;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Providers;

/// <summary>GitLab's webhooks and system hooks (docs.gitlab.com, "Webhooks" and "Webhook events").</summary>
internal sealed partial class GitLabProvider(RotatingSecret token) : WebhookProvider
{
    private const string TokenHeader = "X-Gitlab-Token";
    private const string EventHeader = "X-Gitlab-Event";
    private static readonly string[] DeliveryHeaders = ["Idempotency-Key", "X-Gitlab-Event-UUID"];

    public override string Name => "gitlab";

    internal override bool IsSigned(IHeaderDictionary headers, ReadOnlySpan<byte> body) => Only(headers, TokenHeader) is { } sent && token.Is(sent);

    internal override (DeliveryHead? Head, string? Problem) ReadHead(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (DeliveryNames.Event(Only(headers, EventHeader)) is not { } name) return (null, EventHeader);
        // Older versions send no id: the same bytes are the same delivery then.
        var delivery = DeliveryHeaders.Select(header => DeliveryNames.Id(Only(headers, header))).FirstOrDefault(id => id is not null) ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body));
        return (new DeliveryHead(delivery, name), null);
    }

    internal override IReadOnlyDictionary<string, string> Sign(string @event, string deliveryId, ReadOnlySpan<byte> body) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [EventHeader] = @event,
        [DeliveryHeaders[0]] = deliveryId,
        [TokenHeader] = token.Newest,
    };

    internal override EventReading Read(DeliveryHead head, JsonElement payload, EventStamp stamp)
    {
        // a system hook has one header for all its events
        var kind = payload.Text("object_kind") ?? payload.Text("event_name") ?? "";
        var reading = kind switch
        {
            "push" => Push(payload, stamp),
            "merge_request" => MergeRequest(payload, stamp),
            "issue" => Issue(payload, stamp),
            "note" => Note(payload, stamp),
            "tag_push" => EventReading.Ignored("only pushes to branches call for a run"),
            "project_rename" or "project_transfer" => Project(RepositoryChanges.Moved, payload, stamp),
            "project_destroy" => Project(RepositoryChanges.Deleted, payload, stamp),
            _ => EventReading.Ignored($"events of the kind '{PayloadReader.Line(kind) ?? head.Event}' call for nothing"),
        };
        return reading with
        {
            Action = payload.Text("object_attributes", "action") ?? payload.Text("event_name"),
            Repository = payload.Text("project", "path_with_namespace") ?? payload.Text("path_with_namespace"),
            Actor = Actor(payload),
        };
    }

    private EventReading Push(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (payload.Ref("ref") is not { } reference || !reference.StartsWith("refs/heads/", StringComparison.Ordinal)) return EventReading.Ignored("the payload names no branch that git would allow");
        if (payload.Sha("after") is not { } head) return EventReading.Ignored("the branch was deleted") with { Ref = reference };
        var line = TriggerLine.OfRef(reference);
        var count = payload.Number("total_commits_count");
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
                Paths = PushedCommits.Paths(payload.Items("commits"), PushedCommits.GitLabMost, complete: payload.Sha("before") is not null && count is not null && count <= PushedCommits.GitLabMost),
                Actor = Actor(payload),
            },
        };
    }

    private EventReading MergeRequest(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (payload.Number("object_attributes", "iid") is not { } number || payload.Sha("object_attributes", "last_commit", "id") is not { } head)
            return EventReading.Ignored("the payload names no merge request with a commit");
        var reading = new EventReading { Ref = $"refs/merge-requests/{number}/head", HeadSha = head };
        var before = payload.Sha("object_attributes", "oldrev");
        // GitLab's words for what GitHub calls the same
        var action = payload.Text("object_attributes", "action") switch
        {
            "open" => "opened",
            "reopen" => "reopened",
            "close" or "merge" => "closed",
            "update" when before is not null => "synchronize",
            "update" when payload.At("changes", "draft") is { } draft && draft.Is("previous") && !draft.Is("current") => "ready_for_review",
            _ => null,
        };
        if (action is null) return reading with { Reason = $"the action '{payload.Text("object_attributes", "action")}' of a merge request, without new commits, calls for nothing" };
        var line = TriggerLine.OfPullRequest(number);
        return reading with
        {
            Message = NewTrigger(repository, TriggerKinds.PullRequest, line, stamp) with
            {
                Action = action,
                Ref = reading.Ref,
                HeadSha = head,
                BeforeSha = before,
                PullRequest = number,
                BaseBranch = payload.Branch("object_attributes", "target_branch"),
                Draft = payload.Is("object_attributes", "draft") || payload.Is("object_attributes", "work_in_progress"),
                Fork = payload.Number("object_attributes", "source_project_id") != payload.Number("object_attributes", "target_project_id"),
                Actor = Actor(payload),
                HappenedAt = payload.Time("object_attributes", "updated_at"),
            },
        };
    }

    private EventReading Issue(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        if (payload.Whole("changes", "description", "previous") is { } before) return Ticked(payload, repository, before, stamp);
        var action = payload.Text("object_attributes", "action") switch { "open" => "opened", "reopen" => "reopened", _ => null };
        if (action is null) return EventReading.Ignored($"the action '{payload.Text("object_attributes", "action")}' of an issue calls for nothing");
        return new EventReading
        {
            Message = IssueTrigger(repository, action, stamp) with
            {
                Actor = Actor(payload),
                HappenedAt = payload.Time("object_attributes", "updated_at"),
            },
        };
    }

    /// <summary>A new comment with a command, on a merge request or an issue.</summary>
    private EventReading Note(JsonElement payload, EventStamp stamp)
    {
        if (RepositoryOf(payload) is not { } repository) return NoRepository;
        var kind = payload.Text("object_attributes", "noteable_type");
        if (kind is not ("MergeRequest" or "Issue")) return EventReading.Ignored("comments on anything but merge requests and issues call for nothing");
        // older versions have no word for it, and send new ones only
        if (payload.Text("object_attributes", "action") is { } action and not "create") return EventReading.Ignored($"the action '{action}' of a comment calls for nothing: commands are read from new ones");
        if (payload.Is("object_attributes", "system")) return EventReading.Ignored("GitLab itself wrote it");
        var command = CommandGrammar.Read(payload.Whole("object_attributes", "note") ?? "");
        if (command != CommandReading.None && payload.Number("object_attributes", "author_id") is { } author && author != payload.Number("user", "id")) return EventReading.Ignored("the comment is not the sender's");
        var isMerge = kind == "MergeRequest";
        return Command(command, repository, payload.Number(isMerge ? "merge_request" : "issue", "iid"), isMerge, payload.Number("object_attributes", "id"), payload, "the comment has no command", stamp);
    }

    /// <summary>An edited issue: a box of the dashboard was ticked, or something else was written.</summary>
    private EventReading Ticked(JsonElement payload, TriggerRepository repository, string before, EventStamp stamp) =>
        Command(CommandGrammar.ReadTicked(before, payload.Whole("changes", "description", "current") ?? ""), repository, payload.Number("object_attributes", "iid"), false, null, payload, "no box of the dashboard was ticked", stamp);

    private EventReading Command(CommandReading command, TriggerRepository repository, long? number, bool isMerge, long? comment, JsonElement payload, string nothing, EventStamp stamp)
    {
        var login = payload.Text("user", "username");
        return command != CommandReading.None && login is not null && Program().IsMatch(login)
            ? EventReading.Ignored("commands are taken from people, and a program gave it")
            : CommandEvents.Read(Name, command, new CommandPlace(repository, number, isMerge, comment, login, payload.Number("user", "id")), nothing, stamp);
    }

    /// <summary>A system hook's event about a project: it has a name and a number, and no address but that of its owner's instance.</summary>
    private EventReading Project(string change, JsonElement payload, EventStamp stamp)
    {
        if (payload.Text("path_with_namespace") is not { } name || payload.Number("project_id") is not { } number) return NoRepository;
        var url = payload.RepositoryUrl("git_http_url") ?? payload.RepositoryUrl("project", "git_http_url");
        if (url is null) return EventReading.Ignored("the payload does not say on which host the project is");
        var host = new Uri(url).Authority;
        return new EventReading
        {
            Message = new RepositoriesReported
            {
                EventId = stamp.EventId,
                Provider = Name,
                Change = change,
                Repositories = [new TriggerRepository(url, name, ForgeIdOf(host, number), null)],
                FormerUrl = payload.Text("old_path_with_namespace") is { } former ? PayloadReader.CleanUrl($"https://{host}/{former}") : null,
                Actor = Actor(payload),
                ReceivedAt = stamp.ReceivedAt,
            },
        };
    }

    private static TriggerRepository? RepositoryOf(JsonElement payload)
    {
        var url = payload.RepositoryUrl("project", "git_http_url") ?? payload.RepositoryUrl("project", "web_url");
        return url is null || payload.Text("project", "path_with_namespace") is not { } name ? null
            : new TriggerRepository(url, name, ForgeIdOf(new Uri(url).Authority, payload.Number("project", "id")), payload.Branch("project", "default_branch"));
    }

    private static string? Actor(JsonElement payload) => payload.Text("user", "username") ?? payload.Text("user_username") ?? payload.Text("user_name");

    private static EventReading NoRepository => EventReading.Ignored("the payload names no project with an https address");

    // the accounts that GitLab makes for access tokens of projects, groups and its own services
    [GeneratedRegex("^(?:(?:project|group)_[0-9]+_bot|service_account_)|[-_]bot$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Program();
}
