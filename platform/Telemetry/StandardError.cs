namespace Charterhouse.Platform.Telemetry;

/// <summary>Where logs go. A process whose log cannot be written (a full disk, most likely) does its work all the same.</summary>
public static class StandardError
{
    /// <summary>From now on what cannot be written to <see cref="Console.Error"/> is lost, and no reason to end. Before anything else that a process does.</summary>
    public static void Tolerate() => Console.SetError(TextWriter.Synchronized(
        new StreamWriter(new Tolerant(Console.OpenStandardError()), Console.Error.Encoding, bufferSize: 256, leaveOpen: true) { AutoFlush = true }));

    private sealed class Tolerant(Stream error) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                error.Write(buffer);
            }
            catch (IOException)
            {
                // the next line is tried again
            }
        }
    }
}
