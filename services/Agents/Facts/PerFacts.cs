using System.Runtime.CompilerServices;

namespace Charterhouse.Agents.Facts;

/// <summary>
/// What several agents make of the same facts, made by whoever asks first and gone with the facts. By the object, not as a member of it: a copy with other
/// files (<c>with</c>) must not take it over.
/// </summary>
internal sealed class PerFacts<T>(Func<RepositoryFacts, T> make) where T : class
{
    private readonly ConditionalWeakTable<RepositoryFacts, Lazy<T>> _made = [];

    /// <summary>The one of these facts. Safe to ask at the same time.</summary>
    public T Of(RepositoryFacts facts) => _made.GetValue(facts, key => new Lazy<T>(() => make(key))).Value;
}
