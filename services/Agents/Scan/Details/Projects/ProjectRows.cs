namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>What <see cref="ProjectReader"/> writes: a row of kind <see cref="Kind"/> whose first field is one of the words below.</summary>
internal static class ProjectRows
{
    public const string Kind = "project";

    /// <summary>The package's, crate's or module's name.</summary>
    public const string Name = "name";
    /// <summary>A project that it is built with: the path as it stands there.</summary>
    public const string Reference = "reference";
    /// <summary>What it makes, when that is no library: see <see cref="ProjectReader"/>; then the name, then the file.</summary>
    public const string Makes = "makes";
    /// <summary>The file that stands for it when others import it.</summary>
    public const string Entry = "entry";
    /// <summary>tsconfig: the folder that bare imports begin at.</summary>
    public const string BaseUrl = "base";
    /// <summary>tsconfig: a pattern of imports, and where it leads.</summary>
    public const string Alias = "alias";
    /// <summary>A test project.</summary>
    public const string Test = "test";
    /// <summary>
    /// What belongs to it: a folder (Maven, CMake, go.work), a pattern of folders (npm, pnpm, Cargo), the file of a project (solutions) or the path of one
    /// (Gradle); <see cref="Any"/> when only running it would tell.
    /// </summary>
    public const string Member = "member";
    /// <summary>A pattern of folders that do not belong to it after all.</summary>
    public const string Excluded = "excluded";
    public const string Any = "*";
    /// <summary>Gradle: a project's path and the folder that it lies in.</summary>
    public const string Place = "place";
    /// <summary>Gradle: a project's path and the name that it is given.</summary>
    public const string Named = "named";
    /// <summary>Gradle, CMake: a project's path or a target (empty for the file's own), what it uses, and <see cref="Test"/> or nothing.</summary>
    public const string Uses = "uses";
    /// <summary>CMake: a target, and <see cref="Program"/> or nothing.</summary>
    public const string Target = "target";
    public const string Program = "program";
    /// <summary>CMake: a target and a source file of it.</summary>
    public const string Source = "source";
}
