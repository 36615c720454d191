using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Providers;
using Charterhouse.Ingest.Tests.Fixture;
using Charterhouse.Ingest.Webhooks;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Tests;

/// <summary>What comments and edited issues tell the house to do, and what does not.</summary>
public sealed class CommandTests
{
    private const string Id = "fnd_0123456789abcdef0123";
    private static readonly EventStamp Stamp = new("evt_1", DateTimeOffset.UnixEpoch);
    private static readonly GitHubProvider GitHub = new(new RotatingSecret(IngestHouse.Secret, null));
    private static readonly GitLabProvider GitLab = new(new RotatingSecret(IngestHouse.Token, null));

    [Theory]
    [InlineData("/charter analyze", CommandNames.Analyze, null, null)]
    [InlineData("  \n\n/charter   analyze  ", CommandNames.Analyze, null, null)]
    [InlineData("Looks good, once more:\r\n/charter analyze\r\nThanks!", CommandNames.Analyze, null, null)]
    [InlineData("/charter mute " + Id, CommandNames.Mute, Id, null)]
    [InlineData("/charter mute " + Id + " a test's key, <b>@admin</b>", CommandNames.Mute, Id, "a test's key, <b>@admin</b>")]
    [InlineData("> /charter mute fnd_ffffffffffffffffffff\n\n/charter analyze", CommandNames.Analyze, null, null)]
    [InlineData("```\n/charter mute " + Id + "\n```\n/charter analyze", CommandNames.Analyze, null, null)]
    [InlineData("/charter analyze\n/charter mute " + Id, CommandNames.Analyze, null, null)]
    [InlineData("/charter approve", CommandNames.Approve, null, null)]
    [InlineData("/charter approve apr_12", CommandNames.Approve, "apr_12", null)]
    public void Comment_LineOfItsOwn_IsACommand(string body, string name, string? argument, string? reason)
    {
        var hub = Read(GitHub, "issue_comment", Comment(body)).Message.ShouldBeOfType<CommandReceived>();
        var lab = Read(GitLab, "Note Hook", Note(body)).Message.ShouldBeOfType<CommandReceived>();

        hub.Command.ShouldBe(new ForgeCommand(name, argument, reason));
        (hub.Number, hub.IsPullRequest, hub.CommentId, hub.Login, hub.UserId, hub.Repository.Url).ShouldBe((17, true, "501", "alice", 5, "https://forge.example/acme/shop"));
        lab.Command.ShouldBe(hub.Command);
        (lab.Number, lab.IsPullRequest, lab.CommentId, lab.Login, lab.UserId, lab.Repository.Url).ShouldBe((5, true, "77", "grace", 9, "https://gitlab.example/team/tool"));
    }

    [Theory]
    [InlineData("analyze", "no command")]
    [InlineData("please /charter analyze", "no command")]
    [InlineData("  /charter analyze", "no command")]
    [InlineData("- /charter analyze", "no command")]
    [InlineData("    /charter analyze", "no command")]
    [InlineData("`/charter analyze`", "no command")]
    [InlineData("```\n/charter analyze\n```", "no command")]
    [InlineData("````\n```\n/charter analyze\n````", "no command")]
    [InlineData("~~~ sh\n/charter analyze", "no command")]
    [InlineData("<pre>\n/charter analyze\n</pre>", "no command")]
    [InlineData("<!-- a template:\n/charter analyze\n-->", "no command")]
    [InlineData("> /charter analyze", "no command")]
    [InlineData("> somebody said\n/charter analyze", "no command")]
    [InlineData("/chartered analyze", "no command")]
    [InlineData("/CHARTER analyze", "no command")]
    [InlineData("/charter analyze\n\n<!-- charterhouse:comment:pull/17 -->", "no command")]
    [InlineData("/charter", "that is no command")]
    [InlineData("/charter analyze --upload-pack=touch", "takes no argument")]
    [InlineData("/charter Analyze", "that is no command")]
    [InlineData("/charter delete", "that is no command")]
    [InlineData("/charter mute", "needs the id of a finding")]
    [InlineData("/charter mute ../../x", "needs the id of a finding")]
    [InlineData("/charter mute --upload-pack=touch", "needs the id of a finding")]
    [InlineData("/charter mute fnd_0123456789abcdef0123x", "needs the id of a finding")]
    [InlineData("/charter mute FND_0123456789ABCDEF0123", "needs the id of a finding")]
    [InlineData("/charter approve ../../x", "takes an id")]
    [InlineData("/charter approve $(reboot)", "takes an id")]
    public void Comment_AnythingElse_CallsForNothing(string body, string reason)
    {
        foreach (var reading in (EventReading[])[Read(GitHub, "issue_comment", Comment(body)), Read(GitLab, "Note Hook", Note(body))])
        {
            reading.Message.ShouldBeNull();
            reading.Reason.ShouldContain(reason);
            reading.Reason.ShouldNotContain("..");
        }
    }

    [Fact]
    public void Comment_NotNewOrNotOfAPerson_CallsForNothing()
    {
        const string command = "/charter analyze";
        (string Payload, string Reason)[] hub =
        [
            (Comment(command, action: "edited"), "new ones"), (Comment(command, action: "deleted"), "new ones"), (Comment(command, type: "Bot"), "a program wrote it"), (Comment(command, app: true), "a program wrote it"),
            (Comment(command, author: 6), "not the sender's"), (Comment(command, login: "../x"), "does not say who"), (Comment(command, login: "-alice"), "does not say who"), (Comment(command, number: 0), "does not say who"),
        ];
        foreach (var (payload, reason) in hub)
        {
            var reading = Read(GitHub, "issue_comment", payload);
            reading.Message.ShouldBeNull(payload);
            reading.Reason.ShouldContain(reason);
        }
        (string Payload, string Reason)[] lab =
        [
            (Note(command, action: "update"), "new ones"), (Note(command, system: true), "GitLab itself"), (Note(command, kind: "Commit"), "merge requests and issues"), (Note(command, author: 8), "not the sender's"),
            (Note(command, login: "project_7_bot_0a1b"), "a program gave it"), (Note(command, login: "renovate-bot"), "a program gave it"),
        ];
        foreach (var (payload, reason) in lab)
        {
            var reading = Read(GitLab, "Note Hook", payload);
            reading.Message.ShouldBeNull(payload);
            reading.Reason.ShouldContain(reason);
        }
    }

    [Fact]
    public void Comment_OnAnIssue_IsOfAnIssue()
    {
        Read(GitHub, "issue_comment", Comment("/charter analyze", pull: false)).Message.ShouldBeOfType<CommandReceived>().IsPullRequest.ShouldBeFalse();
        Read(GitLab, "Note Hook", Note("/charter analyze", kind: "Issue")).Message.ShouldBeOfType<CommandReceived>().IsPullRequest.ShouldBeFalse();
        Read(GitLab, "Note Hook", Note("/charter analyze", action: null)).Message.ShouldBeOfType<CommandReceived>("older versions have no word for new ones");
    }

    [Theory]
    [InlineData("do:analyze", CommandNames.Analyze, null)]
    [InlineData("do:mute:" + Id, CommandNames.Mute, Id)]
    public void Box_TickedInTheDashboard_IsACommand(string box, string name, string? argument)
    {
        var (before, after) = (Dashboard(box, " "), Dashboard(box, "x"));
        foreach (var reading in (EventReading[])[Read(GitHub, "issues", Edited(before, after)), Read(GitLab, "Issue Hook", EditedAtGitLab(before, after))])
        {
            var command = reading.Message.ShouldBeOfType<CommandReceived>();
            (command.Command, command.CommentId, command.IsPullRequest).ShouldBe((new ForgeCommand(name, argument), null, false));
        }
    }

    [Fact]
    public void Box_OfAnythingElse_CallsForNothing()
    {
        var (open, ticked) = (Dashboard("do:analyze", " "), Dashboard("do:analyze", "x"));
        (string Before, string After)[] edits =
        [
            (ticked, ticked), (ticked, open), (open, open), (open.Replace(CommandGrammar.DashboardMarker, "", StringComparison.Ordinal), ticked), (open, ticked.Replace(CommandGrammar.DashboardMarker, "", StringComparison.Ordinal)),
            // a box that was not there before, and ones that ask for what there is not
            (CommandGrammar.DashboardMarker, ticked), (Dashboard("do:mute:../../x", " "), Dashboard("do:mute:../../x", "x")), (Dashboard("do:delete", " "), Dashboard("do:delete", "x")),
        ];
        foreach (var (before, after) in edits)
        {
            Read(GitHub, "issues", Edited(before, after)).Message.ShouldBeNull(after);
            Read(GitLab, "Issue Hook", EditedAtGitLab(before, after)).Message.ShouldBeNull(after);
        }
        Read(GitHub, "issues", Edited(open, ticked, type: "Bot")).Reason.ShouldContain("a program ticked it");
    }

    [Fact]
    public async Task Command_Delivered_IsSentUntilItIsAnswered()
    {
        await using var house = await IngestHouse.StartAsync(DatabaseProvider.Sqlite);

        var id = (await house.GitHubAsync(Comment("/charter mute " + Id + " because"), "issue_comment")).Text("event_id");
        await Eventually.Holds("it is sent", () => house.Listener.Commands.Received.Count == 1, cancellationToken: TestContext.Current.CancellationToken);
        // half a minute later
        await house.ChangeAsync((db, token) => db.WebhookEvents.ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)), token));

        await Eventually.Holds("it is sent again", () => house.Listener.Commands.Received.Count == 2, cancellationToken: TestContext.Current.CancellationToken);
        house.Listener.Commands.Received.ShouldAllBe(sent => sent.Message.EventId == id && sent.Message.Command == new ForgeCommand(CommandNames.Mute, Id, "because"));
    }

    private static string Dashboard(string box, string mark) => $"**No findings**\r\n\r\n- [{mark}] <!-- charterhouse:{box} --> Do\r\n- [ ] other\r\n\r\n{CommandGrammar.DashboardMarker}\r\n";

    private static string Comment(string body, string action = "created", string login = "alice", string type = "User", bool pull = true, bool app = false, long author = 5, long number = 17)
    {
        var issue = new Dictionary<string, object?>(StringComparer.Ordinal) { ["number"] = number };
        if (pull) issue["pull_request"] = new { url = "https://api.forge.example/x" };
        return JsonSerializer.Serialize(new
        {
            action,
            issue,
            comment = new { id = 501, body, user = new { login, id = author, type }, performed_via_github_app = app ? new { id = 1 } : null },
            repository = Payloads.Repository("acme/shop", 42),
            sender = new { login, id = 5, type },
        });
    }

    private static string Edited(string before, string after, string type = "User") => JsonSerializer.Serialize(new
    {
        action = "edited",
        changes = new { body = new { from = before } },
        issue = new { number = 3, body = after },
        repository = Payloads.Repository("acme/shop", 42),
        sender = new { login = "alice", id = 5, type },
    });

    private static string Note(string note, string? action = "create", string kind = "MergeRequest", bool system = false, string login = "grace", long author = 9) => JsonSerializer.Serialize(new
    {
        object_kind = "note",
        user = new { id = 9, username = login },
        project = Project,
        object_attributes = new { id = 77, note, noteable_type = kind, action, system, author_id = author },
        merge_request = new { iid = 5 },
        issue = new { iid = 6 },
    });

    private static string EditedAtGitLab(string before, string after) => JsonSerializer.Serialize(new
    {
        object_kind = "issue",
        user = new { id = 9, username = "grace" },
        project = Project,
        object_attributes = new { iid = 3, action = "update", description = after },
        changes = new { description = new { previous = before, current = after } },
    });

    private static object Project => new { id = 7, git_http_url = "https://gitlab.example/team/tool.git", path_with_namespace = "team/tool", default_branch = "main" };

    private static EventReading Read(WebhookProvider provider, string name, string payload)
    {
        var (document, problem) = StrictJson.Parse(Encoding.UTF8.GetBytes(payload));
        problem.ShouldBeNull(payload);
        using (document) return provider.Read(new DeliveryHead("d", name), document!.RootElement, Stamp);
    }
}
