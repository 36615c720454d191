using System.Xml;
using System.Xml.Linq;

namespace Charterhouse.Agents.Formats;

/// <summary>An XML text that may not reach anything: no DTD, no resolver.</summary>
internal static class XmlText
{
    private const int Depth = 200;

    /// <summary>The root.</summary>
    /// <exception cref="MalformedException">It is no XML.</exception>
    public static XElement Read(string text)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };
            // The tree's own functions recurse: a hundred thousand levels would end the process.
            using (var depth = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), settings))
                while (depth.Read())
                    if (depth.Depth > Depth) throw new MalformedException(LineOf(depth), "it is nested too deep");
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), settings);
            return XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException e)
        {
            throw new MalformedException(e.LineNumber, text.AsSpan().IsWhiteSpace() ? "it is empty" : "it is not XML", e);
        }
    }

    public static int LineOf(object node) => node is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 0;

    /// <summary>The first child of that name, whatever its namespace.</summary>
    public static XElement? Child(this XElement? of, string name) => of?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    /// <summary>An attribute, whatever the case of its name, or the child element of that name.</summary>
    public static string? Metadata(this XElement of, string name) =>
        (of.Attributes().FirstOrDefault(a => string.Equals(a.Name.LocalName, name, StringComparison.OrdinalIgnoreCase))?.Value ?? of.Child(name)?.Value)?.Trim();
}
