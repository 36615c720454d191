using System.Runtime.InteropServices;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>How much an import says. Undeclared: of another package, which the file's own does not declare.</summary>
internal enum LinkKind : byte { Plain, Lazy, TypeOnly, Child, Undeclared }

/// <summary>An import that leads to source of this repository.</summary>
/// <param name="From">The importing file.</param>
/// <param name="To">The file; -1 where a language names a namespace or a folder.</param>
/// <param name="Module">The module that it leads to.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Link(int From, int To, int Module, int Line, LinkKind Kind);

/// <summary>Where an import leads: a file, or only a module.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Target(int File, int Module, bool IsUndeclared = false)
{
    public static Target None { get; } = new(-1, -1);

    public bool IsNone => Module < 0;
}
