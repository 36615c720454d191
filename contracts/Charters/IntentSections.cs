namespace Charterhouse.Contracts.Charters;

/// <summary>What the project declares of itself, quoted; nothing here is inferred.</summary>
/// <param name="Records">By kind as in <see cref="IntentKinds.All"/>, then by document and line; decisions with the latest first.</param>
/// <param name="DecisionFiles">Architecture decision records in the tree, of which those that could be read are among the records.</param>
public sealed record IntentSection(IReadOnlyList<IntentRecord> Records, int DecisionFiles);

/// <summary>A declaration, quoted.</summary>
/// <param name="Id">Stable while kind, path and words stay: a hash of the three; the line may move.</param>
/// <param name="Kind">One of <see cref="IntentKinds"/>.</param>
/// <param name="Text">The words without markup; cut after 240 characters.</param>
/// <param name="Line">1-based.</param>
/// <param name="Status">As written: of a decision (<c>accepted</c>), of a roadmap item (<c>done</c>); null when not stated.</param>
/// <param name="Date">As written: of a decision; null when not stated.</param>
/// <param name="Layers">Of a layer rule; null otherwise.</param>
public sealed record IntentRecord(string Id, string Kind, string Text, string Path, int Line, string? Status = null, string? Date = null, LayerRule? Layers = null);

/// <summary>What a document says of the dependency of one part on another.</summary>
/// <param name="From">The part that depends or must not, as named in the document.</param>
/// <param name="Relation"><c>depends_on</c> or <c>must_not_depend_on</c>.</param>
public sealed record LayerRule(string From, string To, string Relation)
{
    public const string DependsOn = "depends_on";
    public const string MustNotDependOn = "must_not_depend_on";
}

/// <summary>The kinds of intent.</summary>
public static class IntentKinds
{
    public const string Goal = "goal";
    public const string NonGoal = "non_goal";
    public const string Decision = "decision";
    public const string Convention = "convention";
    public const string Roadmap = "roadmap";
    public const string LayerRule = "layer_rule";

    /// <summary>In the order of a charter.</summary>
    public static IReadOnlyList<string> All { get; } = [Goal, NonGoal, Decision, Convention, Roadmap, LayerRule];
}
