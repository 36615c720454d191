namespace Charterhouse.Agents.Scan.Details.Packages;

/// <summary>The kinds of rows that manifests and lock files give, with their fields.</summary>
internal static class PackageRows
{
    /// <summary>ecosystem, package's own name, traits (see <see cref="Trait"/>, separated by a space).</summary>
    public const string Manifest = "pkg.manifest";
    /// <summary>name, requirement, scope (see <see cref="Scope"/>), source (see <see cref="Source"/>), <c>conditional</c> or nothing.</summary>
    public const string Requires = "pkg.requires";
    /// <summary>A version for those who require without one: key that they use, name, requirement.</summary>
    public const string Central = "pkg.central";
    /// <summary>ecosystem.</summary>
    public const string Lock = "pkg.lock";
    /// <summary>name, version, flags (<c>direct</c>, <c>dev</c>, <c>provided</c>; separated by a space), the requirements that it answers (yarn).</summary>
    public const string Locked = "pkg.locked";
    /// <summary>A folder, relative to the lock file, whose manifest it locks as well.</summary>
    public const string Covers = "pkg.covers";
    /// <summary>Maven: the parent's <c>group:name</c>, where it is said to lie (empty: nowhere here).</summary>
    public const string Parent = "pkg.parent";
    /// <summary>Maven: a property's name and its value, which those below may use.</summary>
    public const string Property = "pkg.property";
    /// <summary>ecosystem, why it cannot be parsed.</summary>
    public const string Invalid = "pkg.invalid";
}

/// <summary>When a dependency is needed.</summary>
internal static class Scope
{
    public const string Runtime = "runtime";
    public const string Dev = "dev";
    public const string Peer = "peer";
    public const string Optional = "optional";
    public const string Build = "build";
}

/// <summary>Where a dependency comes from; empty for the ecosystem's registry.</summary>
internal static class Source
{
    public const string Registry = "";
    /// <summary>This repository: a path, a workspace, a link.</summary>
    public const string Local = "local";
    /// <summary>A branch of a git repository.</summary>
    public const string GitBranch = "git-branch";
    /// <summary>A tag or commit of a git repository.</summary>
    public const string GitFixed = "git-fixed";
    public const string Url = "url";
    /// <summary>Another name for a package of the registry.</summary>
    public const string Alias = "alias";
    /// <summary>The requirement stands elsewhere: a catalog, a workspace, a parent, central versions.</summary>
    public const string Central = "central";
}

/// <summary>What a manifest says of its package.</summary>
internal static class Trait
{
    /// <summary>Not meant to be published.</summary>
    public const string Private = "private";
    /// <summary>Made for others to depend on.</summary>
    public const string Library = "library";
    /// <summary>It makes something that is run.</summary>
    public const string Program = "program";
    /// <summary>A project of tests.</summary>
    public const string Test = "test";
    /// <summary>Other packages belong to it.</summary>
    public const string Workspace = "workspace";
}
