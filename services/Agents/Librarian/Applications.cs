using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Librarian;

/// <summary>Tells an application, which is built and run here, from a library, whose users choose the versions.</summary>
internal sealed class Applications(RepositoryFacts facts)
{
    private readonly HashSet<string> _paths = facts.Files.Where(file => file.IsFile).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> _gemFolders = facts.Files.Where(file => file.Path.EndsWith(".gemspec", StringComparison.OrdinalIgnoreCase)).Select(file => file.Path[..(file.Path.LastIndexOf('/') + 1)]).ToHashSet(StringComparer.Ordinal);

    /// <summary>What shows that the manifest is an application's, in words that go on "it is an application: …"; null when nothing does.</summary>
    public string? Evidence(PackageFile manifest)
    {
        var folder = manifest.Folder;
        string? There(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
                if (_paths.Contains(folder + name)) return folder + name;
            return null;
        }

        switch (manifest.Ecosystem)
        {
            case PackageEcosystems.Npm:
                return manifest.Traits.Contains(Trait.Private) ? "\"private\": true" : !manifest.Traits.Contains(Trait.Library) && There("Dockerfile") is { } image ? image : null;
            case PackageEcosystems.Cargo:
                return manifest.Traits.Contains(Trait.Library) || There("src/lib.rs") is not null ? null : manifest.Traits.Contains(Trait.Program) ? "[[bin]]" : There("src/main.rs");
            case PackageEcosystems.PyPi when manifest.Path.EndsWith("Pipfile", StringComparison.Ordinal):
                return _paths.Contains(folder + "setup.py") || _paths.Contains(folder + "setup.cfg") || _paths.Contains(folder + "pyproject.toml") ? null : "a Pipfile without a package";
            case PackageEcosystems.PyPi:
                if (_paths.Contains(folder + "setup.py") || manifest.Traits.Contains(Trait.Library) || _paths.Contains(folder + "pyproject.toml") && !manifest.Path.EndsWith("pyproject.toml", StringComparison.Ordinal)) return null;
                return manifest.Traits.Contains(Trait.Private) ? "it is not built as a package" : There("manage.py", "Dockerfile", "Procfile", "app.yaml", "wsgi.py");
            case PackageEcosystems.RubyGems:
                return _gemFolders.Contains(folder) || manifest.Traits.Contains(Trait.Library) ? null : There("config/application.rb", "config.ru", "Dockerfile", "Procfile", "_config.yml");
            case PackageEcosystems.Composer:
                return manifest.Traits.Contains(Trait.Program) && !manifest.Traits.Contains(Trait.Library) ? "\"type\": \"project\"" : null;
            default:
                return null;
        }
    }
}
