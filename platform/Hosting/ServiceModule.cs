using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Hosting;

/// <summary>
/// A service as the host sees it. The embedded profile puts several into one process, the distributed profile one; a module does not know
/// which.
/// </summary>
public abstract class ServiceModule
{
    /// <summary>One of <c>Services</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The service's own registrations: its database (<c>AddServiceDatabase</c>), step worker, handlers.</summary>
    public abstract void AddServices(IServiceCollection services);

    /// <summary>What runs only in a process that serves until it is told to end, not in one that ends with its command.</summary>
    public virtual void AddServing(IServiceCollection services, DatabaseSettings database) { }

    /// <summary>Sagas and consumers that MassTransit creates. Step consumers need no entry here.</summary>
    public virtual void AddConsumers(IBusRegistrationConfigurator bus) { }

    /// <summary>The service's HTTP endpoints, beside the process's own for health.</summary>
    /// <param name="services">The container of the modules, which is not the web server's.</param>
    public virtual void MapEndpoints(IEndpointRouteBuilder routes, IServiceProvider services) { }

    /// <summary>The service's queues and what listens to them.</summary>
    public abstract void ConfigureEndpoints(EndpointRegistry endpoints);
}
