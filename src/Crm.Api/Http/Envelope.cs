using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Records;

namespace Crm.Api.Http;

/// <summary>The envelope of every success: success, data, message, and meta on lists.</summary>
internal static class Envelope
{
    public static byte[] Record(RecordRow row) => Write(row, static (writer, row) => row.Write(writer));

    public static byte[] Data(object? data) => Write(data, static (writer, data) => JsonSerializer.Serialize(writer, data, data?.GetType() ?? typeof(object), WireJson.Options));

    public static byte[] Page(RecordPage page) => Write(page, static (writer, page) =>
    {
        writer.WriteStartArray();
        foreach (var row in page.Rows) row.Write(writer);
        writer.WriteEndArray();
    }, page.Meta);

    public static byte[] Page(IDataPage page) => Write(page, static (writer, page) =>
    {
        writer.WriteStartArray();
        foreach (var row in page.Items) JsonSerializer.Serialize(writer, row, row.GetType(), WireJson.Options);
        writer.WriteEndArray();
    }, page.Meta);

    public static byte[] Batch(IReadOnlyList<BatchItem> items, HttpContext http) => Write((items, http), static (writer, batch) =>
    {
        var (items, http) = batch;
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", item.Refusal is null ? item.Status : Problems.Status(item.Refusal));
            if (item.Id is { } id) writer.WriteString("id", id);
            if (item.Row is { } row)
            {
                writer.WritePropertyName("data");
                row.Write(writer);
            }
            if (item.Refusal is { } refusal)
            {
                writer.WritePropertyName("error");
                Problems.Write(writer, http, Problems.Status(refusal), refusal.Code, refusal.Message, refusal);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static byte[] Write<T>(T data, Action<Utf8JsonWriter, T> write, PageMeta? meta = null) => JsonScratch.Write((data, write, meta), static (writer, answer) =>
    {
        var (data, write, meta) = answer;
        writer.WriteStartObject();
        writer.WriteBoolean("success"u8, true);
        writer.WritePropertyName("data"u8);
        write(writer, data);
        writer.WriteNull("message"u8);
        if (meta is not null)
        {
            writer.WriteStartObject("meta"u8);
            writer.WriteNumber("skip"u8, meta.Skip);
            writer.WriteNumber("take"u8, meta.Take);
            if (meta.Total is { } total) writer.WriteNumber("total"u8, total);
            else writer.WriteNull("total"u8);
            writer.WriteBoolean("totalIsEstimate"u8, meta.TotalIsEstimate);
            writer.WriteString("nextCursor"u8, meta.NextCursor);
            if (meta.Position is not null) writer.WriteString("position"u8, meta.Position);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    });
}
