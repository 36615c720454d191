using System.Globalization;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Context;

/// <summary>Counts a commit's tree in one pass, without keeping it.</summary>
internal sealed class TreeReader(GitProcess git)
{
    /// <summary>No repository that people work in comes near it, but a few kilobytes of trees within trees can stand for billions of entries.</summary>
    public const int EntryLimit = 2_000_000;

    /// <summary>Sizes of absent blobs count as 0.</summary>
    /// <exception cref="StepFailedException"><c>tree_too_large</c>: more than <see cref="EntryLimit"/> entries.</exception>
    public async Task<TreeStatistics> ReadAsync(string gitDir, string sha, CancellationToken cancellationToken)
    {
        var counter = new Counter(sha);
        var result = await git.StreamAsync(["--git-dir=" + gitDir, "ls-tree", "-r", "-t", "-l", "-z", sha], CacheGit.Reading, counter.ReadAsync, cancellationToken);
        return result.Succeeded ? counter.Result : throw GitFailures.OfCache(result, $"reading the tree of {sha[..7]}");
    }

    /// <summary>Records are <c>mode SP type SP id SP* size TAB path NUL</c>; only what stands before the TAB matters, and it is short.</summary>
    private sealed class Counter(string sha)
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
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                Take(buffer.AsSpan(0, count));
                if (_files + _directories + _symlinks + _submodules > EntryLimit)
                    throw StepFailedException.Permanent(
                        "tree_too_large", string.Create(CultureInfo.InvariantCulture, $"the tree of {sha[..7]} has more than {EntryLimit:N0} entries"), "Look at it with 'git ls-tree': trees within trees may repeat without end. Such a tree is not analysed.");
            }
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
