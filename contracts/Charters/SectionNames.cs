namespace Charterhouse.Contracts.Charters;

/// <summary>The charter's sections: their names in the <c>sections</c> channel and in charter.json, in the order of a charter.</summary>
public static class SectionNames
{
    public const string Identity = "identity";
    public const string Purpose = "purpose";
    public const string Licence = "licence";
    public const string Documentation = "documentation";
    public const string Intent = "intent";
    public const string Languages = "languages";
    public const string Structure = "structure";
    public const string Connections = "connections";
    public const string EntryPoints = "entry_points";
    public const string Activity = "activity";
    public const string Contributors = "contributors";
    public const string Hotspots = "hotspots";
    public const string BusFactor = "bus_factor";
    public const string Dependencies = "dependencies";
    public const string Security = "security";
    public const string CoChange = "co_change";
    public const string Ownership = "ownership";
    public const string StaleAreas = "stale_areas";
    public const string Releases = "releases";
    public const string ModulePeople = "module_people";
    public const string Tests = "tests";
    public const string Ci = "ci";
    public const string Settings = "settings";
    /// <summary>Begins the members by which agents say that they have run: this and the agent's name. No sections of the charter.</summary>
    public const string AgentPrefix = "agent/";
    /// <summary>Only in the report on a change.</summary>
    public const string Change = "change";

    /// <summary>Every section that this version knows, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Identity, Purpose, Intent, Languages, Structure, Connections, EntryPoints, Dependencies, Licence, Documentation, Tests, Ci, Security, Activity, Releases, Contributors, BusFactor, ModulePeople, Ownership, Hotspots, CoChange, StaleAreas, Settings,
    ];
}
