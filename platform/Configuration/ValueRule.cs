using System.Globalization;

namespace Charterhouse.Platform.Configuration;

/// <summary>What a setting's text may be.</summary>
internal abstract record ValueRule
{
    /// <summary>Null when the text is fine; else how to complete "… is", and the fix.</summary>
    public abstract (string Message, string Fix)? Check(string text, string shown);
}

/// <summary>A whole number in a range.</summary>
internal sealed record NumberRule(int Least, int Most) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most
            ? null
            : ($"is '{shown}'", $"give a whole number from {Least} to {Most}");
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record SwitchRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text is "true" or "false" ? null : ($"is '{shown}'", "give true or false");
}

/// <summary>Which checkpointers this version has.</summary>
internal sealed record CheckpointerRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) => text switch
    {
        "sqlite" or "memory" => null,
        "postgres" or "postgresql" => ($"is '{shown}', which comes with the distributed profile and is not supported by this version", "give sqlite (or memory for a temporary database)"),
        _ => ($"is '{shown}'", "give sqlite (or memory for a temporary database)"),
    };
}

/// <summary>A folder's path. Whether it can be used is the data folder's to say.</summary>
internal sealed record FolderRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Contains('\0', StringComparison.Ordinal) ? ("is not a path", "give the path of a folder") : null;
}
