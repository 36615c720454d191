using System.IO.Compression;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Scan.Cache;

/// <summary>
/// The blob facts of a repository as one compact value: a row per repository is read and written at once, where a row per blob would be
/// 100,000 of them. Bytes that cannot be read give an empty pack: a cache may always be lost.
/// </summary>
internal static class FactsPack
{
    private const int Format = 2;

    /// <summary>The packed form, the same for the same facts.</summary>
    public static byte[] Write(IReadOnlyDictionary<BlobKey, BlobFacts> facts)
    {
        using var memory = new MemoryStream();
        using (var compressed = new BrotliStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(compressed, 1 << 16))
        using (var writer = new BinaryWriter(buffered))
        {
            writer.Write7BitEncodedInt(Format);
            writer.Write7BitEncodedInt(RepositoryFacts.ScannerVersion);
            writer.Write7BitEncodedInt(facts.Count);
            foreach (var (key, fact) in facts.OrderBy(pair => pair.Key.Blob, StringComparer.Ordinal).ThenBy(pair => pair.Key.Language, StringComparer.Ordinal).ThenBy(pair => pair.Key.ExcerptBytes).ThenBy(pair => pair.Key.Role, StringComparer.Ordinal))
            {
                var id = Convert.FromHexString(key.Blob);
                writer.Write((byte)id.Length);
                writer.Write(id);
                writer.Write(key.Language ?? "");
                writer.Write7BitEncodedInt(key.ExcerptBytes);
                writer.Write(key.Role ?? "");
                writer.Write(fact.Language ?? "");
                writer.Write7BitEncodedInt(fact.Lines.Code);
                writer.Write7BitEncodedInt(fact.Lines.Comment);
                writer.Write7BitEncodedInt(fact.Lines.Blank);
                writer.Write7BitEncodedInt((int)fact.Flags);
                writer.Write(fact.Text is not null);
                if (fact.Text is not null) writer.Write(fact.Text);
                writer.Write(fact.Truncated);
                writer.Write(fact.Details ?? "");
            }
        }
        return memory.ToArray();
    }

    /// <summary>The facts of a packed form; empty for null, another scanner version or damaged bytes.</summary>
    public static IReadOnlyDictionary<BlobKey, BlobFacts> Read(byte[]? bytes)
    {
        var facts = new Dictionary<BlobKey, BlobFacts>();
        if (bytes is null) return facts;
        try
        {
            using var compressed = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var buffered = new BufferedStream(compressed, 1 << 16);
            using var reader = new BinaryReader(buffered);
            if (reader.Read7BitEncodedInt() != Format || reader.Read7BitEncodedInt() != RepositoryFacts.ScannerVersion) return facts;
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                var id = Convert.ToHexStringLower(reader.ReadBytes(reader.ReadByte()));
                var key = new BlobKey(id, Language(reader.ReadString()), reader.Read7BitEncodedInt(), NullIfEmpty(reader.ReadString()));
                var language = Language(reader.ReadString());
                var lines = new LineCounts(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
                var flags = (FileFlags)reader.Read7BitEncodedInt();
                var text = reader.ReadBoolean() ? reader.ReadString() : null;
                facts[key] = new BlobFacts(language, lines, flags, text, reader.ReadBoolean(), NullIfEmpty(reader.ReadString()));
            }
            return facts;
        }
        catch (Exception damaged) when (damaged is IOException or InvalidDataException or FormatException or InvalidOperationException or ArgumentException)
        {
            return new Dictionary<BlobKey, BlobFacts>();
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    // The table's own string where there is one: 100,000 copies of a name would be kept otherwise.
    private static string? Language(string text) => text.Length == 0 ? null : LanguageTable.Find(text)?.Name ?? text;
}
