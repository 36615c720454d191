using System.Globalization;
using System.Text;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>
/// A Mermaid flowchart. Ids are numbers and labels hold only letters, digits and a few marks that mean nothing to Mermaid, so that no name of a
/// repository can end a label, the diagram or its fence.
/// </summary>
internal static class ModuleDiagramText
{
    private const int LabelLength = 40;

    /// <summary>Appends the diagram in a fence.</summary>
    public static void Append(StringBuilder text, ModuleDiagram diagram)
    {
        text.Append("```mermaid\nflowchart TD\n");
        for (var i = 0; i < diagram.Boxes.Count; i++)
        {
            var box = diagram.Boxes[i];
            text.Append("  m").Append(i.ToString(CultureInfo.InvariantCulture)).Append("[\"").Append(Label(box.Label));
            if (box.Modules > 1) text.Append(" and ").Append((box.Modules - 1).ToString(CultureInfo.InvariantCulture)).Append(" more");
            text.Append("\"]\n");
        }
        foreach (var edge in diagram.Edges)
            if (edge.From >= 0 && edge.From < diagram.Boxes.Count && edge.To >= 0 && edge.To < diagram.Boxes.Count)
                text.Append("  m").Append(edge.From.ToString(CultureInfo.InvariantCulture)).Append(" --> m").Append(edge.To.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append("```\n\n");
        if (diagram.LeftOut > 0) text.Append(CharterWords.Count(diagram.LeftOut, "weaker dependency")).Append(diagram.LeftOut == 1 ? " is" : " are").Append(" not drawn.\n\n");
    }

    private static string Label(string name)
    {
        var label = new StringBuilder();
        foreach (var c in RepositoryText.Clean(name))
        {
            if (label.Length == LabelLength)
            {
                label.Append('…');
                break;
            }
            label.Append(char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+' or ' ' or '@' or '(' or ')' ? c : '·');
        }
        return label.Length == 0 ? "·" : label.ToString();
    }
}
