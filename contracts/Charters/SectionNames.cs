namespace Charterhouse.Contracts.Charters;

/// <summary>The charter's sections: their names in the <c>sections</c> channel and in charter.json, in the order of a charter.</summary>
public static class SectionNames
{
    public const string Identity = "identity";
    public const string Purpose = "purpose";
    public const string Licence = "licence";
    public const string Documentation = "documentation";
    public const string Languages = "languages";
    public const string Activity = "activity";
    public const string Contributors = "contributors";
    public const string Hotspots = "hotspots";
    public const string BusFactor = "bus_factor";
    public const string Settings = "settings";
    /// <summary>Begins the members by which agents say that they have run: this and the agent's name. No sections of the charter.</summary>
    public const string AgentPrefix = "agent/";

    /// <summary>Every section that this version knows, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Identity, Purpose, Languages, Licence, Documentation, Activity, Contributors, BusFactor, Hotspots, Settings];
}
