using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Context;

/// <summary>Counts a commit's tree in one pass, without keeping it.</summary>
internal sealed class TreeReader(GitProcess git)
{
    /// <summary>Sizes of absent blobs count as 0.</summary>
    public async Task<TreeStatistics> ReadAsync(string gitDir, string sha, CancellationToken cancellationToken)
    {
        var counter = new Counter();
        var result = await git.StreamAsync(["--git-dir=" + gitDir, "ls-tree", "-r", "-t", "-l", "-z", sha], CacheGit.Reading, counter.ReadAsync, cancellationToken);
        return result.Succeeded ? counter.Result : throw GitFailures.OfCache(result, $"reading the tree of {sha[..7]}");
    }

    /// <summary>Records are <c>mode SP type SP id SP* size TAB path NUL</c>; only what stands before the TAB matters, and it is short.</summary>
    private sealed class Counter
    {
        private readonly byte[] _head = new byte[160];
        private int _length;
        private bool _inPath;
        private int _files, _directories, _symlinks, _submodules;
        private long _bytes;

        public TreeStatistics Result => new(_files, _bytes, _directories, _symlinks, _submodules);

        public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
        {
            var buffer = new byte[1 << 16];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0) Take(buffer.AsSpan(0, count));
        }

        private void Take(ReadOnlySpan<byte> data)
        {
            while (!data.IsEmpty)
            {
                var end = data.IndexOf(_inPath ? (byte)0 : (byte)'\t');
                var part = end < 0 ? data : data[..end];
                if (!_inPath)
                {
                    if (_length + part.Length > _head.Length) throw new InvalidDataException("git ls-tree printed a record that is no record");
                    part.CopyTo(_head.AsSpan(_length));
                    _length += part.Length;
                }
                if (end < 0) return;
                if (_inPath) _length = 0;
                else Count(_head.AsSpan(0, _length));
                _inPath = !_inPath;
                data = data[(end + 1)..];
            }
        }

        private void Count(ReadOnlySpan<byte> head)
        {
            if (head.StartsWith("04"u8)) _directories++;
            else if (head.StartsWith("12"u8)) _symlinks++;
            else if (head.StartsWith("16"u8)) _submodules++;
            else
            {
                _files++;
                // "BAD" where the blob is absent
                if (System.Buffers.Text.Utf8Parser.TryParse(head[(head.LastIndexOf((byte)' ') + 1)..], out long size, out _)) _bytes += size;
            }
        }
    }
}
