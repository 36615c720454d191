using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// A query that is translated once: what <c>EF.CompileAsyncQuery</c> makes belongs to the model that first ran it, and a process (that of the
/// tests) may have one for each provider. For queries that are part of every message; elsewhere LINQ is cheap enough as it stands.
/// </summary>
/// <param name="compile">Calls <c>EF.CompileAsyncQuery</c>.</param>
public sealed class Compiled<TQuery>(Func<TQuery> compile) where TQuery : Delegate
{
    private readonly ConcurrentDictionary<IModel, TQuery> byModel = new();

    /// <summary>The query for this context's model.</summary>
    public TQuery For(ServiceDbContext context) => byModel.GetOrAdd(context.Model, static (_, compile) => compile(), compile);
}
