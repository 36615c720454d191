namespace Charterhouse.Contracts.Charters;

/// <summary>The charter's sections: their names in the <c>sections</c> channel and in charter.json, in the order of a charter.</summary>
public static class SectionNames
{
    public const string Identity = "identity";
    public const string Purpose = "purpose";
    public const string Licence = "licence";
    public const string Documentation = "documentation";
    public const string Languages = "languages";
    public const string Structure = "structure";
    public const string Connections = "connections";
    public const string EntryPoints = "entry_points";
    public const string Activity = "activity";
    public const string Contributors = "contributors";
    public const string Hotspots = "hotspots";
    public const string BusFactor = "bus_factor";

    /// <summary>Every section that this version knows, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Identity, Purpose, Languages, Licence, Documentation, Structure, Connections, EntryPoints, Activity, Contributors, BusFactor, Hotspots];
}
