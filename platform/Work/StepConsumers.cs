using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using MassTransit;

namespace Charterhouse.Platform.Work;

/// <summary>Stores a step and acknowledges; the pool works on it.</summary>
internal sealed class ExecuteStepConsumer<TContext>(StepWorker<TContext> worker) : IConsumer<ExecuteStep> where TContext : ServiceDbContext
{
    public Task Consume(ConsumeContext<ExecuteStep> context) => worker.AcceptAsync(context.Message, context.CancellationToken);
}

/// <summary>Stores several steps, together with whatever else comes, and acknowledges.</summary>
internal sealed class ExecuteStepsConsumer<TContext>(StepWorker<TContext> worker) : IConsumer<ExecuteSteps> where TContext : ServiceDbContext
{
    public Task Consume(ConsumeContext<ExecuteSteps> context) =>
        Task.WhenAll(context.Message.Steps.Select(step => worker.AcceptAsync(step, context.CancellationToken)).ToList());
}

/// <summary>Removes what is stored of the steps of runs that are history.</summary>
internal sealed class ForgetStepsConsumer<TContext>(StepWorker<TContext> worker) : IConsumer<ForgetSteps> where TContext : ServiceDbContext
{
    public Task Consume(ConsumeContext<ForgetSteps> context) => worker.ForgetAsync(context.Message, context.CancellationToken);
}

/// <summary>Stops a step, or keeps one from starting that has not come yet.</summary>
internal sealed class CancelStepConsumer<TContext>(StepWorker<TContext> worker) : IConsumer<CancelStep> where TContext : ServiceDbContext
{
    public Task Consume(ConsumeContext<CancelStep> context) => worker.CancelAsync(context.Message, context.CancellationToken);
}
