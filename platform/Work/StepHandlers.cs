using Charterhouse.Contracts.Steps;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Work;

/// <summary>A handler's type, as registered.</summary>
internal sealed record StepHandlerType(Type Type);

/// <summary>Finds the handler of a kind. Built once, at start; complains about everything that is wrong at once.</summary>
internal sealed class StepHandlers
{
    private readonly Dictionary<string, (StepKind Kind, Type Type)> byKind = new(StringComparer.Ordinal);

    /// <summary>Collects the registered handlers.</summary>
    /// <exception cref="InvalidOperationException">A kind of the service has no handler, or two, or a handler's kind is unknown.</exception>
    public StepHandlers(IServiceProvider services, string service, IReadOnlyList<StepKind> kinds)
    {
        using var scope = services.CreateScope();
        var problems = new List<string>();
        foreach (var type in services.GetServices<StepHandlerType>().Select(entry => entry.Type).Distinct())
        {
            var name = ((IStepHandler)scope.ServiceProvider.GetRequiredService(type)).Kind;
            var kind = kinds.FirstOrDefault(candidate => candidate.Name == name);
            if (kind is null) problems.Add($"{type.Name} handles '{name}', which is no step kind");
            else if (kind.Service != service) continue; // of another service in this process
            else if (byKind.TryGetValue(name, out var other)) problems.Add($"'{name}' has two handlers: {other.Type.Name} and {type.Name}");
            else byKind[name] = (kind, type);
        }
        problems.AddRange(kinds.Where(kind => kind.Service == service && !byKind.ContainsKey(kind.Name)).Select(kind => $"'{kind.Name}' has no handler"));
        if (problems.Count > 0) throw new InvalidOperationException($"The step handlers of the service {service} are not complete: {string.Join("; ", problems)}.");
    }

    /// <summary>The kind and its handler's type, or null.</summary>
    public (StepKind Kind, Type Type)? Find(string kind) => byKind.TryGetValue(kind, out var found) ? found : null;
}
