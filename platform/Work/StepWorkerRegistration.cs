using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Work;

/// <summary>Registration of a service's step worker and its handlers.</summary>
public static class StepWorkerRegistration
{
    /// <summary>The pool that executes the service's steps. Goes with <see cref="ReceiveSteps{TContext}"/> in the module's endpoints.</summary>
    public static IServiceCollection AddStepWorker<TContext>(this IServiceCollection services, Action<StepWorkerOptions>? configure = null) where TContext : ServiceDbContext
    {
        var options = new StepWorkerOptions();
        configure?.Invoke(options);
        services.AddSingleton(provider => new StepWorker<TContext>(
            provider.GetRequiredService<Database<TContext>>(), provider, options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StepWorker<TContext>>>()));
        services.AddSingleton<IStepWorker>(provider => provider.GetRequiredService<StepWorker<TContext>>());
        return services;
    }

    /// <summary>
    /// A handler, made anew for each step (scoped): it may hold state of one step in fields. The host does not start when a kind of the
    /// service has no handler or two.
    /// </summary>
    public static IServiceCollection AddStepHandler<THandler>(this IServiceCollection services) where THandler : class, IStepHandler
    {
        services.AddScoped<THandler>();
        services.AddSingleton(new StepHandlerType(typeof(THandler)));
        return services;
    }

    /// <summary>Listens to the service's step queue.</summary>
    public static void ReceiveSteps<TContext>(this EndpointRegistry endpoints) where TContext : ServiceDbContext
    {
        var worker = endpoints.Context.GetRequiredService<StepWorker<TContext>>();
        // storing a step takes a moment and no state of its own: one instance, no scope per message
        endpoints.Receive(StepKinds.QueueOf(worker.Service), 32, endpoint =>
        {
            endpoint.Instance(new ExecuteStepConsumer<TContext>(worker));
            endpoint.Instance(new ExecuteStepsConsumer<TContext>(worker));
            endpoint.Instance(new CancelStepConsumer<TContext>(worker));
            endpoint.Instance(new ForgetStepsConsumer<TContext>(worker));
        });
    }
}
