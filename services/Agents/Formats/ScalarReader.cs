namespace Charterhouse.Agents.Formats;

/// <summary>Takes a scalar of a structured text, in the text's order: no tree is built of a lock file of megabytes.</summary>
/// <param name="path">Member names, and indexes of arrays, from the outermost.</param>
/// <param name="value">A string's content; other scalars as they are written.</param>
/// <param name="line">1-based.</param>
internal delegate void ScalarReader(ReadOnlySpan<string> path, string value, int line);

/// <summary>The text is not in its format.</summary>
internal sealed class MalformedException(int line, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>1-based; 0 when unknown.</summary>
    public int Line { get; } = line;
}
