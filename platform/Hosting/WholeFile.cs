using System.Text;

namespace Charterhouse.Platform.Hosting;

/// <summary>Files for people, written whole or not at all: a reader never sees half of one, and a failed write leaves what was there.</summary>
public static class WholeFile
{
    /// <summary>Writes or replaces a file of an existing folder; text is UTF-8 without a mark.</summary>
    public static Task WriteAsync(string path, string text, CancellationToken cancellationToken) => WriteAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <inheritdoc cref="WriteAsync(string, string, CancellationToken)"/>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp"; // beside it: a rename is atomic within a volume only
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
