using System.Reflection;
using System.Runtime.CompilerServices;
using Charterhouse.Agents;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Architecture.Tests;

/// <summary>The table of step kinds against the handlers: a kind nobody executes would wait for ever.</summary>
public sealed class StepKindTests
{
    private static readonly ServiceModule[] Modules =
    [
        new OrchestratorModule(new OrchestratorOptions { ArtifactsFolder = Path.GetTempPath() }),
        new RepoSyncModule(new RepoSyncOptions { CacheRoot = Path.GetTempPath() }),
        new AgentsModule(Path.GetTempPath()),
    ];

    [Fact]
    public void StepKinds_All_HaveOneHandlerInTheirService()
    {
        var handled = Modules.SelectMany(module => RegisteredBy(module).Select(handler => $"{KindOf(handler)} in {module.Name}"));
        handled.Order(StringComparer.Ordinal).ShouldBe(StepKinds.All.Select(kind => $"{kind.Name} in {kind.Service}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Modules_AddServices_RegisterEveryHandlerOfTheirAssembly()
    {
        foreach (var module in Modules)
        {
            // of a handler for several kinds its definition counts; that no kind lacks one is the other test's
            RegisteredBy(module).Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).Distinct().OrderBy(type => type.FullName, StringComparer.Ordinal)
                .ShouldBe(HandlersOf(module.GetType().Assembly).OrderBy(type => type.FullName, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void StepKinds_Names_AreUnique() => StepKinds.All.Select(kind => kind.Name).ShouldBeUnique();

    private static IEnumerable<Type> HandlersOf(Assembly assembly) =>
        assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IStepHandler).IsAssignableFrom(type));

    private static List<Type> RegisteredBy(ServiceModule module)
    {
        var services = new ServiceCollection();
        module.AddServices(services);
        return [.. services.Select(service => service.ServiceType).Where(typeof(IStepHandler).IsAssignableFrom)];
    }

    // A handler's kind is a constant: it needs no constructor, and so none of what a handler works with. One for several kinds has it from its argument.
    private static string KindOf(Type handler) => handler.IsGenericType
        ? (string)handler.GenericTypeArguments[0].GetProperty("Name")!.GetValue(RuntimeHelpers.GetUninitializedObject(handler.GenericTypeArguments[0]))!
        : ((IStepHandler)RuntimeHelpers.GetUninitializedObject(handler)).Kind;
}
