namespace Charterhouse.Contracts.Charters;

/// <summary>How the source is divided and what of it depends on what. Tests, examples, documentation and scripts are no part of it.</summary>
/// <param name="Method">What a module is here and where the dependencies are from.</param>
/// <param name="ModuleCount">How many there are.</param>
/// <param name="Modules">The biggest by lines of code, at most <see cref="ModuleLimit"/>.</param>
/// <param name="Layers">
/// Names of modules by level: the first depend on no other, each next only on those before it or, within a cycle, on each other. Of the listed modules.
/// </param>
/// <param name="Cycles">Modules that depend on each other in a circle.</param>
/// <param name="InternalImports">Imports of source files that lead to source of this repository.</param>
/// <param name="ExternalImports">Imports of source files that lead elsewhere or could not be followed.</param>
/// <param name="Diagram">The modules as boxes; null with fewer than two.</param>
public sealed record StructureSection(
    string Method, int ModuleCount, IReadOnlyList<ModuleRow> Modules, IReadOnlyList<IReadOnlyList<string>> Layers, IReadOnlyList<DependencyCycle> Cycles,
    int InternalImports, int ExternalImports, ModuleDiagram? Diagram)
{
    /// <summary>How many modules are listed.</summary>
    public const int ModuleLimit = 100;
}

/// <summary>A part of the source: a project, or a folder where there are no projects.</summary>
/// <param name="Name">Unique within the section.</param>
/// <param name="Path">Its folder; empty for the repository's top.</param>
/// <param name="System"><c>.NET project</c>, <c>npm package</c>, <c>Cargo crate</c> …, <c>folder</c>.</param>
/// <param name="Language">The one with most lines of code.</param>
/// <param name="Lines">Lines of code.</param>
/// <param name="FanIn">How many modules depend on it.</param>
/// <param name="FanOut">On how many modules it depends.</param>
/// <param name="DependsOn">Their names.</param>
public sealed record ModuleRow(string Name, string Path, string System, string? Language, int Files, long Lines, int FanIn, int FanOut, IReadOnlyList<string> DependsOn);

/// <summary>A circle of dependencies.</summary>
/// <param name="Members">All modules or files from which every other can be reached.</param>
/// <param name="Imports">The shortest way round.</param>
/// <param name="Breaks">The dependency with the fewest imports without which no circle is left, as <c>from → to</c>; null when one is not enough.</param>
public sealed record DependencyCycle(IReadOnlyList<string> Members, IReadOnlyList<ImportPlace> Imports, string? Breaks);

/// <summary>An import where it stands.</summary>
/// <param name="Line">1-based.</param>
/// <param name="To">The file, namespace or folder that it leads to.</param>
/// <param name="Count">Imports from the one module to the other; 1 between files.</param>
public sealed record ImportPlace(string Path, int Line, string To, int Count);

/// <summary>The modules for the eye: the biggest and most connected, the others folded together by folder.</summary>
/// <param name="Boxes">At most 25.</param>
/// <param name="Edges">A dependency that follows from others is left out.</param>
/// <param name="LeftOut">Dependencies that are not drawn, because there would be too many lines.</param>
public sealed record ModuleDiagram(IReadOnlyList<DiagramBox> Boxes, IReadOnlyList<DiagramEdge> Edges, int LeftOut);

/// <summary>A box.</summary>
/// <param name="Label">A module's name, or a folder.</param>
/// <param name="Modules">How many modules it stands for.</param>
public sealed record DiagramBox(string Label, int Modules);

/// <summary>The first box depends on the second; indexes into <see cref="ModuleDiagram.Boxes"/>.</summary>
public sealed record DiagramEdge(int From, int To);

/// <summary>Source files that stand out by how they are connected. Only for languages whose imports name files.</summary>
/// <param name="Method">Which languages, and the thresholds.</param>
/// <param name="Leaders">Imported by most files, at most ten.</param>
/// <param name="Large">Large, and both importing and imported much.</param>
/// <param name="Orphans">Imported by nothing and importing nothing of the repository, at most twenty.</param>
/// <param name="OrphanCount">How many orphans there are.</param>
/// <param name="Cycles">Files that import each other in a circle across folders, at most ten.</param>
public sealed record ConnectionsSection(
    string Method, IReadOnlyList<ConnectedFile> Leaders, IReadOnlyList<ConnectedFile> Large, IReadOnlyList<string> Orphans, int OrphanCount, IReadOnlyList<DependencyCycle> Cycles);

/// <summary>A source file.</summary>
/// <param name="Lines">Lines of code.</param>
/// <param name="FanIn">Source files that import it.</param>
/// <param name="FanOut">Source files that it imports.</param>
public sealed record ConnectedFile(string Path, int Lines, int FanIn, int FanOut);

/// <summary>Where programs begin: what is run, listened to or called from a command line.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Points">At most <see cref="Limit"/>.</param>
public sealed record EntryPointsSection(int Count, IReadOnlyList<EntryPoint> Points)
{
    /// <summary>How many are listed.</summary>
    public const int Limit = 40;
}

/// <summary>An entry point.</summary>
/// <param name="Kind"><c>web service</c>, <c>command-line tool</c>, <c>program</c>, <c>container</c>, <c>compose service</c>, <c>web application</c> …</param>
/// <param name="Path">Where it stands; <paramref name="Line"/> is 1-based.</param>
/// <param name="Detail">Ports, the command or the file; may be null.</param>
public sealed record EntryPoint(string Kind, string Name, string Path, int Line, string? Detail);
