using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules;

/// <summary>A project.</summary>
/// <param name="File">Index of the file that declares it.</param>
/// <param name="Name">As declared; else the folder's or the file's.</param>
internal sealed record Project(int File, string Folder, ProjectKind Kind, string Name, bool IsTest)
{
    /// <summary>For people.</summary>
    public string System => Kind.System;

    /// <summary>What it builds.</summary>
    public SourceFamily? Family => Kind.Family;
}

/// <summary>A part of the source.</summary>
/// <param name="Folder">Files in it, unless a module within takes them.</param>
/// <param name="Project">The project, or null for a folder.</param>
internal sealed record Module(int Id, string Name, string Folder, string System, Project? Project)
{
    public int Files { get; set; }
    public long Lines { get; set; }
    public string? Language { get; set; }
}
