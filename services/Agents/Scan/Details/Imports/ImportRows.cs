namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>What the readers of imports write.</summary>
internal static class ImportRows
{
    /// <summary>Something from elsewhere is named: what as it stands there, how (one of the words below), and what the language adds.</summary>
    /// <remarks>
    /// The third field: Python the imported names with commas; TypeScript and JavaScript the same, when names in braces (without those said to be types) are
    /// all that is imported; Rust the inline module that it stands in; of <see cref="Child"/> the file by <c>#[path]</c>.
    /// </remarks>
    public const string Import = "import";
    /// <summary>The namespace, package or crate-wide name that the file belongs to.</summary>
    public const string Declares = "declares";
    /// <summary>All that the file exports are types: whoever imports it loads nothing (TypeScript).</summary>
    public const string Types = "types";
    /// <summary>A name that the file exports as a type and as nothing else (TypeScript).</summary>
    public const string TypeName = "typename";
    /// <summary>A program begins here.</summary>
    public const string Main = "main";

    /// <summary>Only types are meant: nothing is loaded.</summary>
    public const string TypeOnly = "type";
    /// <summary>Within a function: loaded when that runs.</summary>
    public const string Lazy = "lazy";
    /// <summary>In angle brackets.</summary>
    public const string Angle = "angle";
    /// <summary>A file that is a part of this one: Rust's <c>mod name;</c>.</summary>
    public const string Child = "child";
}
