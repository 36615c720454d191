using System.Text.Json;
using System.Text.Json.Serialization;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// Messages that left for the same queue at the same time, as one message of the broker's (docs/adr/0024). The receiving queue's
/// <see cref="JoinedMessagesFilter"/> passes each on as if it had come alone.
/// </summary>
internal sealed record JoinedMessages(IReadOnlyList<JoinedMessage> Parts)
{
    /// <summary>The most in one.</summary>
    private const int Most = 16;
    /// <summary>What is longer goes alone; characters, of all parts together.</summary>
    private const int Longest = 128 * 1024;

    /// <summary>What goes together: in the order that it came, of one queue.</summary>
    public static List<OutgoingMessage[]> Plan(IReadOnlyList<OutgoingMessage> messages)
    {
        var plan = new List<OutgoingMessage[]>();
        foreach (var queue in messages.GroupBy(message => message.Queue, StringComparer.Ordinal))
        {
            var (part, length) = (new List<OutgoingMessage>(), 0);
            foreach (var message in queue)
            {
                if (part.Count == Most || (part.Count > 0 && length + message.Body.Length > Longest))
                {
                    plan.Add([.. part]);
                    part.Clear();
                    length = 0;
                }
                part.Add(message);
                length += message.Body.Length;
            }
            plan.Add([.. part]);
        }
        return plan;
    }
}

/// <summary>One of them.</summary>
/// <param name="Id">The message's own.</param>
/// <param name="Type">See <see cref="MessageTypes"/>.</param>
/// <param name="Run">The run that it is about, or null.</param>
/// <param name="Task">The task that it is about, or null.</param>
/// <param name="Trace">The trace that it belongs to, or null.</param>
/// <param name="Body">The message: a string of JSON when it is sent, a <see cref="JsonElement"/> when it has come.</param>
internal sealed record JoinedMessage(Guid Id, string Type, string? Run, string? Task, string? Trace, [property: JsonConverter(typeof(JoinedMessage.JsonAsItIs))] object Body)
{
    /// <summary>The outbox has the text already: it is neither read nor written anew.</summary>
    public sealed class JsonAsItIs : JsonConverter<object>
    {
        public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => writer.WriteRawValue((string)value, skipInputValidation: true);
    }
}
