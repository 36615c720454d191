using System.Text.Json;
using System.Text.Json.Serialization;

namespace Charterhouse.Agents.Facts;

/// <summary>What is known of one tree entry beyond its content.</summary>
[Flags]
internal enum FileFlags
{
    None = 0,
    /// <summary>Holds a NUL in its first 8 KB and is no UTF-16 text.</summary>
    Binary = 1,
    Generated = 2,
    Vendored = 4,
    Documentation = 8,
    Test = 16,
    /// <summary>Too big to be read: only its size is known.</summary>
    Large = 32,
    /// <summary>The object is not in the cache.</summary>
    Missing = 64,
}

/// <summary>One tree entry. In JSON an array in this order, because there may be 100,000 of them.</summary>
/// <param name="Mode">As git prints it: 100644, 100755, 120000 (symbolic link), 160000 (submodule).</param>
/// <param name="Blob">The object's id.</param>
/// <param name="Size">Bytes; 0 for a submodule or when unknown.</param>
/// <param name="Language">Index into <see cref="RepositoryFacts.Languages"/>, or -1.</param>
[JsonConverter(typeof(FileFactConverter))]
internal sealed record FileFact(string Path, int Mode, string Blob, long Size, int Language, int Code, int Comment, int Blank, FileFlags Flags)
{
    public const int SymbolicLink = 120000;
    public const int Submodule = 160000;

    /// <summary>A regular or executable file.</summary>
    [JsonIgnore]
    public bool IsFile => Mode is not (SymbolicLink or Submodule);

    /// <summary>Counts for the languages: written by people of this project.</summary>
    [JsonIgnore]
    public bool IsOwnSource => IsFile && Language >= 0 && (Flags & (FileFlags.Generated | FileFlags.Vendored | FileFlags.Binary)) == FileFlags.None;

    /// <summary>True when all of <paramref name="flags"/> are set.</summary>
    public bool Has(FileFlags flags) => (Flags & flags) == flags;
}

/// <summary>How often a file of the tree was changed. In JSON an array in this order.</summary>
/// <param name="File">Index into <see cref="RepositoryFacts.Files"/>.</param>
/// <param name="Changes">Commits without merges that changed it, an exact rename followed.</param>
/// <param name="Last365Days">The same by people (no bots) within 365 days before the last commit.</param>
/// <param name="MainAuthor">Index into <see cref="HistoryFacts.Authors"/>: who made most of the changes of those 365 days; -1 for none.</param>
[JsonConverter(typeof(FileHistoryConverter))]
internal sealed record FileHistory(int File, int Changes, int Last365Days, int MainAuthor, int MainAuthorChanges);

internal sealed class FileFactConverter : JsonConverter<FileFact>
{
    public override FileFact Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        RowReader.Begin(ref reader);
        var fact = new FileFact(
            RowReader.Text(ref reader), RowReader.Int(ref reader), RowReader.Text(ref reader), RowReader.Long(ref reader), RowReader.Int(ref reader),
            RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), (FileFlags)RowReader.Int(ref reader));
        RowReader.End(ref reader);
        return fact;
    }

    public override void Write(Utf8JsonWriter writer, FileFact value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Path);
        writer.WriteNumberValue(value.Mode);
        writer.WriteStringValue(value.Blob);
        writer.WriteNumberValue(value.Size);
        writer.WriteNumberValue(value.Language);
        writer.WriteNumberValue(value.Code);
        writer.WriteNumberValue(value.Comment);
        writer.WriteNumberValue(value.Blank);
        writer.WriteNumberValue((int)value.Flags);
        writer.WriteEndArray();
    }
}

internal sealed class FileHistoryConverter : JsonConverter<FileHistory>
{
    public override FileHistory Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        RowReader.Begin(ref reader);
        var fact = new FileHistory(
            RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader));
        RowReader.End(ref reader);
        return fact;
    }

    public override void Write(Utf8JsonWriter writer, FileHistory value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.File);
        writer.WriteNumberValue(value.Changes);
        writer.WriteNumberValue(value.Last365Days);
        writer.WriteNumberValue(value.MainAuthor);
        writer.WriteNumberValue(value.MainAuthorChanges);
        writer.WriteEndArray();
    }
}

/// <summary>Reads a JSON array member by member; anything else is a <see cref="JsonException"/>.</summary>
internal static class RowReader
{
    public static void Begin(ref Utf8JsonReader reader) => Expect(reader.TokenType == JsonTokenType.StartArray);

    public static string Text(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.String);
        return reader.GetString()!;
    }

    public static long Long(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.Number);
        return reader.GetInt64();
    }

    public static int Int(ref Utf8JsonReader reader) => checked((int)Long(ref reader));

    public static void End(ref Utf8JsonReader reader) => Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);

    private static void Expect(bool held)
    {
        if (!held) throw new JsonException("a row of facts has another shape");
    }
}
