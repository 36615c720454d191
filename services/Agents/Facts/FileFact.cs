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
/// <param name="LastDay">Day (UTC) of the youngest commit that changed it, as yyyyMMdd.</param>
/// <param name="MainAuthor">Index into <see cref="HistoryFacts.Authors"/>: who made most of the changes of those 365 days; -1 for none.</param>
[JsonConverter(typeof(FileHistoryConverter))]
internal sealed record FileHistory(int File, int Changes, int Last365Days, int MainAuthor, int MainAuthorChanges, int LastDay);

/// <summary>What the content of a file holds. In JSON an array in this order.</summary>
/// <param name="File">Index into <see cref="RepositoryFacts.Files"/>.</param>
/// <param name="Rows">Rows of <c>DetailRows</c>: text, because there may be a million of them.</param>
[JsonConverter(typeof(FileDetailsConverter))]
internal sealed record FileDetails(int File, string Rows);

/// <summary>A commit without merges. In JSON an array in this order, the files' indexes last.</summary>
/// <param name="Author">Index into <see cref="HistoryFacts.Authors"/>.</param>
/// <param name="Day">UTC, as yyyyMMdd.</param>
/// <param name="Changed">How many files it changed, also those that the tree no longer has.</param>
/// <param name="Files">Indexes into <see cref="RepositoryFacts.Files"/>, ascending; none for a commit that changed more than <see cref="FilesLimit"/>.</param>
[JsonConverter(typeof(RecentCommitConverter))]
internal sealed record RecentCommit(int Author, int Day, int Changed, IReadOnlyList<int> Files)
{
    /// <summary>A commit that changed more than this many files is a sweep and couples nothing.</summary>
    public const int FilesLimit = 100;
}

internal sealed class FileDetailsConverter : JsonConverter<FileDetails>
{
    public override FileDetails Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        RowReader.Begin(ref reader);
        var details = new FileDetails(RowReader.Int(ref reader), RowReader.Text(ref reader));
        RowReader.End(ref reader);
        return details;
    }

    public override void Write(Utf8JsonWriter writer, FileDetails value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.File);
        writer.WriteStringValue(value.Rows);
        writer.WriteEndArray();
    }
}

internal sealed class RecentCommitConverter : JsonConverter<RecentCommit>
{
    public override RecentCommit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        RowReader.Begin(ref reader);
        var (author, day, changed) = (RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader));
        var files = new List<int>();
        while (RowReader.TryInt(ref reader) is { } file) files.Add(file);
        return new RecentCommit(author, day, changed, files);
    }

    public override void Write(Utf8JsonWriter writer, RecentCommit value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Author);
        writer.WriteNumberValue(value.Day);
        writer.WriteNumberValue(value.Changed);
        foreach (var file in value.Files) writer.WriteNumberValue(file);
        writer.WriteEndArray();
    }
}

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
            RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader), RowReader.Int(ref reader));
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
        writer.WriteNumberValue(value.LastDay);
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

    /// <summary>The next number, or null at the array's end.</summary>
    public static int? TryInt(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType is JsonTokenType.Number or JsonTokenType.EndArray);
        return reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : null;
    }

    public static void End(ref Utf8JsonReader reader) => Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);

    private static void Expect(bool held)
    {
        if (!held) throw new JsonException("a row of facts has another shape");
    }
}
