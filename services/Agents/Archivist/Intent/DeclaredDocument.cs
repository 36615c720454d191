namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>What a block of a document is.</summary>
internal enum BlockKind
{
    Heading,
    /// <summary>An item of a list without numbers.</summary>
    Item,
    /// <summary>An item of a numbered list.</summary>
    Step,
    Paragraph,
    /// <summary>A cell of a table.</summary>
    Cell,
    Code,
}

/// <summary>A block with its words; markup is gone, except the back quotes of code.</summary>
/// <param name="Line">1-based; of a code block that of its first line of code.</param>
/// <param name="Level">Of a heading: 1 to 6. Otherwise 0.</param>
/// <param name="Info">Of a code block: its language in lower case, or empty.</param>
internal sealed record Block(BlockKind Kind, int Line, string Text, int Level, string Info, IReadOnlyList<Mention> Mentions);

/// <summary>A link's target or a code span.</summary>
internal readonly record struct Mention(bool IsLink, string Text, int Line);

/// <summary>A document as a sequence of blocks, whatever it is written in.</summary>
/// <param name="FrontMatter">Lines <c>name: value</c> before the document, names in lower case.</param>
internal sealed record DeclaredDocument(string Path, IReadOnlyList<Block> Blocks, IReadOnlyDictionary<string, (string Value, int Line)> FrontMatter)
{
    /// <summary>The folder with its slash, or empty.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    /// <summary>Where the document itself lies, when its path is a symbolic link's: links may be meant from there as well.</summary>
    public string? LinkedFolder { get; init; }
}
