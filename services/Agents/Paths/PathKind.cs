namespace Charterhouse.Agents.Paths;

/// <summary>What a path says that a file is. Several may hold: a fixture lies among tests.</summary>
[Flags]
internal enum PathKind
{
    /// <summary>Nothing says otherwise: a part of what the repository is about.</summary>
    Product = 0,
    /// <summary>A test, what only tests are written with, a project of tests.</summary>
    Test = 1,
    /// <summary>What tests work on: fixtures, recorded answers, snapshots.</summary>
    TestData = 2,
    /// <summary>A document, and whatever lies among documents.</summary>
    Documentation = 4,
    /// <summary>Shows how the product is used: examples, samples, demos, playgrounds.</summary>
    Example = 8,
    /// <summary>Is copied to begin something with: a starter, a settings file to fill in.</summary>
    Template = 16,
    Benchmark = 32,
    /// <summary>Helps those who work on the repository: scripts, tools of the build, an editor's or a service's folder.</summary>
    Tool = 64,
    /// <summary>Drives the product's own build or its tools, beside its source: build scripts, configuration that is code.</summary>
    Build = 128,
    /// <summary>Written elsewhere and copied in.</summary>
    Vendored = 256,
    /// <summary>Written by a tool: build results, lock files.</summary>
    Generated = 512,
}
