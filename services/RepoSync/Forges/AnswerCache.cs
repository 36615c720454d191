namespace Charterhouse.RepoSync.Forges;

/// <summary>The last answers that had an ETag, by who asked and for what: a forge that answers 304 does not count the call. In memory, and bounded.</summary>
internal sealed class AnswerCache
{
    private const int MostEntries = 2000;
    private const long MostBytes = 32 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Identity, string Url), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>The last answer and its tag; null when there is none any more.</summary>
    public (string Tag, ForgeAnswer Answer)? Find(string identity, Uri url)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((identity, url.AbsoluteUri), out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return (node.Value.Tag, node.Value.Answer);
        }
    }

    /// <summary>Keeps an answer; what was used longest ago makes room.</summary>
    public void Keep(string identity, Uri url, string tag, ForgeAnswer answer)
    {
        if (answer.Body.Length > MostBytes / 8) return;
        lock (_gate)
        {
            var key = (identity, url.AbsoluteUri);
            if (_entries.TryGetValue(key, out var old)) Drop(old);
            _entries[key] = _byUse.AddFirst(new Entry(key, tag, answer));
            _bytes += answer.Body.Length;
            while (_entries.Count > MostEntries || _bytes > MostBytes) Drop(_byUse.Last!);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Answer.Body.Length;
    }

    private sealed record Entry((string Identity, string Url) Key, string Tag, ForgeAnswer Answer);
}
