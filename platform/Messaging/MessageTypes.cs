using System.Collections.Concurrent;
using System.Reflection;
using Charterhouse.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// The names under which messages wait in the outbox: <c>urn:charterhouse:StartRun</c>. Independent of assembly, namespace and version, so
/// that a row outlives a refactoring of all but the type's own name.
/// </summary>
public sealed class MessageTypes
{
    private const string Prefix = "urn:charterhouse:";
    private readonly Dictionary<string, Type> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> byType = [];
    private readonly ConcurrentDictionary<Type, (Func<object, object?>? Run, Func<object, object?>? Task)> subjects = new();

    internal MessageTypes(IEnumerable<Assembly> assemblies)
    {
        var types = assemblies.Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericType: false, IsNested: false, Namespace: not null });
        foreach (var type in types)
        {
            var name = Prefix + type.Name;
            // A name that two types share is no name; sending either of them is then refused.
            if (byName.Remove(name, out var other)) byType.Remove(other);
            else (byName[name], byType[type]) = (type, name);
        }
    }

    /// <summary>The name of a contract.</summary>
    /// <exception cref="ArgumentException">The type is no contract.</exception>
    public string NameOf(Type type) => byType.TryGetValue(type, out var name)
        ? name
        : throw new ArgumentException($"{type} cannot be sent: it is not a class of a contract assembly with a name of its own.", nameof(type));

    /// <summary>The run (in its written form) and the task that a message is about; null where it is about none.</summary>
    internal (string? Run, string? Task) SubjectOf(object message, Type type)
    {
        var (run, task) = subjects.GetOrAdd(type, static type => (Getter<Guid>(type, "RunId"), Getter<string>(type, "TaskId")));
        return (run is null ? null : new RunId((Guid)run(message)!).ToString(), (string?)task?.Invoke(message));
    }

    private static Func<object, object?>? Getter<TValue>(Type type, string name) =>
        type.GetProperty(name) is { CanRead: true } property && property.PropertyType == typeof(TValue) ? property.GetValue : null;

    /// <summary>The contract of that name, or null (a row of another version of the program).</summary>
    public Type? Find(string name) => byName.GetValueOrDefault(name);
}

/// <summary>An assembly whose classes may be sent.</summary>
internal sealed record ContractAssembly(Assembly Assembly);

/// <summary>Registration of contract assemblies.</summary>
public static class MessageTypesRegistration
{
    /// <summary>Lets the classes of an assembly be sent; Charterhouse.Contracts is there already.</summary>
    public static IServiceCollection AddMessageTypes(this IServiceCollection services, Assembly assembly)
    {
        services.AddSingleton(new ContractAssembly(assembly));
        services.TryAddSingleton(provider => new MessageTypes(provider.GetServices<ContractAssembly>().Select(entry => entry.Assembly)));
        return services;
    }
}
