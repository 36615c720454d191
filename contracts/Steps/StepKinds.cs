namespace Charterhouse.Contracts.Steps;

/// <summary>One kind of step: who executes it and which state channels it may see and change.</summary>
/// <param name="Name">As in a workflow's <c>uses:</c>.</param>
/// <param name="Service">The service whose queue takes it.</param>
/// <param name="Reads">Channels put into <see cref="ExecuteStep.Inputs"/>; <c>*</c> for all.</param>
/// <param name="Writes">The only channels that its result may name.</param>
/// <param name="Summary">One line for people.</param>
public sealed record StepKind(string Name, string Service, IReadOnlyList<string> Reads, IReadOnlyList<string> Writes, string Summary)
{
    /// <summary>What a step of the kind may say below <c>with:</c>; each may be left out.</summary>
    public IReadOnlyList<StepParameter> Parameters { get; init; } = [];
}

/// <summary>A parameter of a step kind.</summary>
/// <param name="Values">The words that it takes.</param>
public sealed record StepParameter(string Name, IReadOnlyList<string> Values);

/// <summary>The table of step kinds. A workflow that uses anything else is refused; every kind has exactly one handler in its service.</summary>
public static class StepKinds
{
    public const string RepositorySync = "repository/sync";
    public const string AnalysisScan = "analysis/scan";
    public const string AnalysisScanBase = "analysis/scan-base";
    public const string Archivist = "agent/archivist";
    public const string Architect = "agent/architect";
    public const string Historian = "agent/historian";
    public const string Sentinel = "agent/sentinel";
    public const string Librarian = "agent/librarian";
    public const string Examiner = "agent/examiner";
    public const string Change = "agent/change";
    public const string ReportPublish = "report/publish";
    public const string ReportChange = "report/change";
    /// <summary>The beginning of the kinds that have to do with forges.</summary>
    public const string EffectPrefix = "forge/";
    public const string ForgeComment = "forge/comment";
    public const string ForgeCheck = "forge/check";
    public const string ForgeStatus = "forge/status";
    public const string ForgeDashboard = "forge/dashboard";
    public const string ForgeSarif = "forge/sarif";
    public const string ForgeWebhook = "forge/webhook";
    public const string ForgeRepositories = "forge/repositories";
    public const string RegistryRegister = "registry/register";

    /// <summary>The parameter of every kind that writes outside of the house: <c>true</c> records what it would write, and writes nothing.</summary>
    public const string DryRun = "dry_run";
    /// <summary>The parameter of <see cref="ForgeCheck"/> and <see cref="ForgeStatus"/>: the least severity of a new finding that fails them; without it they never fail.</summary>
    public const string FailOn = "fail_on";

    private static readonly StepParameter DryRunParameter = new(DryRun, ["true", "false"]);
    private static readonly StepParameter FailOnParameter = new(FailOn, Repositories.Severities.All);

    /// <summary>Every kind, in the order of a usual run.</summary>
    public static IReadOnlyList<StepKind> All { get; } =
    [
        new(RepositorySync, Services.RepoSync, [Channels.Trigger], [Channels.Context], "Brings the repository into the cache and describes it."),
        new(AnalysisScan, Services.Agents, [Channels.Context], [Channels.Facts], "Reads every blob and the history once; facts per blob are cached."),
        new(AnalysisScanBase, Services.Agents, [Channels.Context], [Channels.BaseFacts], "The same for the commit that a change begins at."),
        new(Archivist, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Identity, purpose, licence, documentation, languages, intent."),
        new(Architect, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Modules, dependencies, cycles, entry points."),
        new(Historian, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Activity, releases, contributors, ownership, hotspots, co-change, bus factor."),
        new(Sentinel, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Credentials, risky workflows and images, committed programs and keys."),
        new(Librarian, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Dependencies: manifests, lock files, images, actions."),
        new(Examiner, Services.Agents, [Channels.Context, Channels.Facts], [Channels.Sections, Channels.Findings], "Tests by framework and module, coverage settings, what CI runs and when."),
        new(Change, Services.Agents, [Channels.Context, Channels.Facts, Channels.BaseFacts, Channels.Sections, Channels.Findings], [Channels.Change], "What a change touches and which findings it introduces."),
        new(ReportPublish, Services.Orchestrator, ["*"], [Channels.Charter], "Makes the next version of the charter."),
        new(ReportChange, Services.Orchestrator, ["*"], [Channels.Charter], "Reports on a change; makes no version of the charter."),
        new(ForgeRepositories, Services.RepoSync, [Channels.Trigger], [Channels.Repositories], "Lists the repositories of an organisation, a group or an installation."),
        new(RegistryRegister, Services.Orchestrator, [Channels.Trigger, Channels.Repositories], [Channels.Registered], "Registers the listed repositories; one that is there stays as it is."),
        Effect(ForgeComment, "Writes the report into one comment of the pull request, and edits that one from then on."),
        Effect(ForgeCheck, "Makes a check run with annotations on the commit; on GitLab a commit status.", FailOnParameter),
        Effect(ForgeStatus, "Says in one line how the commit stands.", FailOnParameter),
        Effect(ForgeDashboard, "Keeps one issue with the charter and boxes to tick."),
        Effect(ForgeSarif, "Uploads the findings to GitHub's code scanning."),
        Effect(ForgeWebhook, "Tells another system, signed, at the configured address."),
    ];

    private static StepKind Effect(string name, string summary, params StepParameter[] more) =>
        new(name, Services.RepoSync, [Channels.Trigger, Channels.Context, Channels.Charter], [Channels.Effects], summary) { Parameters = [DryRunParameter, .. more] };

    /// <summary>The kind of that name, or null.</summary>
    public static StepKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The queue that takes a service's steps.</summary>
    public static string QueueOf(string service) => service + ".steps";
}

/// <summary>The services' names, as in queues and in the <c>service</c> column.</summary>
public static class Services
{
    public const string Orchestrator = "orchestrator";
    public const string RepoSync = "reposync";
    public const string Agents = "agents";
    public const string Ingest = "ingest";
}

/// <summary>Queues that are not a service's step queue.</summary>
public static class Queues
{
    /// <summary>The run saga: run commands and step results.</summary>
    public const string Runs = "orchestrator.runs";
    /// <summary>Acceptances and heartbeats of steps.</summary>
    public const string StepSignals = "orchestrator.step-signals";
    /// <summary>Run events for RepoSync, which lets go of what it held for the run.</summary>
    public const string RepoSyncEvents = "reposync.run-events";
    /// <summary>Questions to RepoSync about who may give a command.</summary>
    public const string RepoSyncCommands = "reposync.commands";
    /// <summary>RepoSync's answers to those. Nobody else may send there: what it holds has been checked.</summary>
    public const string CommandAnswers = "orchestrator.command-answers";
    /// <summary>Events of forges that may call for a run: the trigger windows.</summary>
    public const string Triggers = "orchestrator.triggers";
    /// <summary>Events about repositories themselves and about artifacts, and commands.</summary>
    public const string ForgeEvents = "orchestrator.forge-events";
    /// <summary>What became of events, for Ingest.</summary>
    public const string Dispositions = "ingest.dispositions";
}

/// <summary>State channels with a meaning to step kinds.</summary>
public static class Channels
{
    /// <summary>The run's <c>RunTrigger</c>; implicit in every workflow, written by the input checkpoint.</summary>
    public const string Trigger = "trigger";
    /// <summary>A <see cref="Repositories.RepoContext"/>.</summary>
    public const string Context = "context";
    /// <summary>A reference to the facts blob: <c>{"$blob", "bytes", "notes"}</c>.</summary>
    public const string Facts = "facts";
    /// <summary>Like <see cref="Facts"/>, of the commit that a change begins at.</summary>
    public const string BaseFacts = "base_facts";
    /// <summary>What a change touches: a <c>ChangeSection</c>.</summary>
    public const string Change = "change";
    /// <summary>An object of charter sections by name.</summary>
    public const string Sections = "sections";
    /// <summary>An array of findings.</summary>
    public const string Findings = "findings";
    /// <summary>The published charter.</summary>
    public const string Charter = "charter";
    /// <summary>What was written outside of the house, by the names of the steps that did: an object of <see cref="EffectResult"/>.</summary>
    public const string Effects = "effects";
    /// <summary>An array of <see cref="Triggers.TriggerRepository"/>.</summary>
    public const string Repositories = "repositories";
    /// <summary>A <see cref="Triggers.RegisteredRepositories"/>.</summary>
    public const string Registered = "registered";
}
