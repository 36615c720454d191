namespace Charterhouse.Cli.Terminal;

/// <summary>Writes arguments so that a printed command can be typed again.</summary>
internal static class ShellText
{
    /// <summary>The argument, in single quotes where a POSIX shell needs them.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@' or ',' or '=' or '+' || OperatingSystem.IsWindows() && c == '\\')
            ? argument
            : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
