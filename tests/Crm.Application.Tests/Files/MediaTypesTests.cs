using System.IO.Compression;
using System.Text;
using Crm.Application.Files;

namespace Crm.Application.Tests.Files;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("255044462D312E37", null, "application/pdf")]
    [InlineData("255044462D312E37", "image/png", "application/pdf")]
    [InlineData("89504E470D0A1A0A", "application/pdf", "image/png")]
    [InlineData("FFD8FFE000104A464946", "text/html", "image/jpeg")]
    [InlineData("474946383961", null, "image/gif")]
    [InlineData("52494646AABBCCDD57454250", null, "image/webp")]
    [InlineData("0000001C667479706D703432", null, "video/mp4")]
    [InlineData("0000001C6674797061766966", null, "image/avif")]
    [InlineData("1A45DFA3A34286810142F7810142F2810442F381084282847765626D", null, "video/webm")]
    [InlineData("49443304000000000000", null, "audio/mpeg")]
    [InlineData("FFFB906400000000000000000000", null, "audio/mpeg")]
    [InlineData("4D5A90000300000004000000", "image/jpeg", "application/vnd.microsoft.portable-executable")]
    [InlineData("7F454C46020101", "text/plain", "application/x-elf")]
    [InlineData("CFFAEDFE07000001", null, "application/x-mach-binary")]
    [InlineData("CAFEBABE00000002010000070000", null, "application/x-mach-binary")]
    [InlineData("CAFEBABE00000034001D0A000600", null, "application/java-vm")]
    [InlineData("D0CF11E0A1B11AE1", "application/msword", "application/msword")]
    [InlineData("D0CF11E0A1B11AE1", "image/png", "application/x-ole-storage")]
    [InlineData("1F8B0800", null, "application/gzip")]
    [InlineData("425A683931415926535902", null, "application/x-bzip2")]
    [InlineData("00FF00FF", "application/vnd.dwg", "application/vnd.dwg")]
    [InlineData("00FF00FF", "image/png", "application/octet-stream")]
    [InlineData("00FF00FF", "text/plain", "application/octet-stream")]
    [InlineData("00FF00FF", "text/html", "application/octet-stream")]
    [InlineData("00FF00FF", "not a type", "application/octet-stream")]
    public void Bytes_tell_what_content_is(string hexadecimal, string? claim, string type) => MediaTypes.Of(Convert.FromHexString(hexadecimal), claim).ShouldBe(type);

    [Theory]
    [InlineData("name,value\nAda,1\n", null, "text/plain")]
    [InlineData("name,value\nAda,1\n", "text/csv; charset=utf-8", "text/csv")]
    [InlineData("name,value\nAda,1\n", "TEXT/CSV", "text/csv")]
    [InlineData("name,value\nAda,1\n", "application/vnd.ms-excel", "text/plain")]
    [InlineData("{\"a\": 1}", "application/json", "application/json")]
    [InlineData("alert(1)", "text/javascript", "text/plain")]
    [InlineData("MZ is how this text begins", null, "text/plain")]
    [InlineData("BM, ID3 and BZh are no better", null, "text/plain")]
    [InlineData("Чисто и просто", null, "text/plain")]
    [InlineData("\uFEFFwith a mark", null, "text/plain")]
    [InlineData("BEGIN:VCARD\r\nVERSION:4.0", "text/plain", "text/vcard")]
    [InlineData("{\\rtf1\\ansi", "text/plain", "application/rtf")]
    [InlineData(" \r\n<!DOCTYPE HTML><title>x</title>", "text/plain", "text/html")]
    [InlineData("<script>alert(1)</script>", "image/png", "text/html")]
    [InlineData("<!-- a page --><html>", "text/plain", "text/html")]
    [InlineData("<svg onload=alert(1)>", "image/png", "image/svg+xml")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", null, "image/svg+xml")]
    [InlineData("<?xml version=\"1.0\"?><invoice/>", "text/plain", "application/xml")]
    [InlineData("<3 is a heart", null, "text/plain")]
    [InlineData("#!/usr/bin/env python3\n", "text/plain", "text/x-shellscript")]
    public void Text_is_told_from_markup_and_scripts(string text, string? claim, string type) => MediaTypes.Of(Encoding.UTF8.GetBytes(text), claim).ShouldBe(type);

    [Fact]
    public void Text_of_other_encodings_is_text()
    {
        MediaTypes.Of(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("Ada")).ToArray(), null).ShouldBe("text/plain");
        MediaTypes.Of([0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2], "text/csv").ShouldBe("text/csv"); // windows-1251
        MediaTypes.Of(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("<html>")).ToArray(), null).ShouldBe("text/html");
    }

    [Theory]
    [InlineData("mimetype", "application/vnd.oasis.opendocument.text", null, "application/vnd.oasis.opendocument.text")]
    [InlineData("mimetype", "text/html", null, "application/zip")]
    [InlineData("word/document.xml", "", null, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("xl/workbook.xml", "", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("readme.txt", "", null, "application/zip")]
    [InlineData("readme.txt", "", "application/java-archive", "application/java-archive")]
    [InlineData("readme.txt", "", "text/html", "application/zip")]
    public void Archives_are_told_by_their_names_without_unpacking(string entry, string content, string? claim, string type)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            if (entry.Contains('/')) zip.CreateEntry("[Content_Types].xml", CompressionLevel.NoCompression).Open().Dispose();
            using var stream = zip.CreateEntry(entry, CompressionLevel.NoCompression).Open();
            stream.Write(Encoding.ASCII.GetBytes(content));
        }
        MediaTypes.Of(bytes.ToArray(), claim).ShouldBe(type);
    }

    [Theory]
    [InlineData("text/html", "application/octet-stream")]
    [InlineData("image/svg+xml", "application/octet-stream")]
    [InlineData("application/x-elf", "application/octet-stream")]
    [InlineData("image/png", "image/png")]
    [InlineData("text/plain", "text/plain")]
    public void What_a_browser_would_run_is_served_as_bytes(string type, string served) => MediaTypes.Served(type).ShouldBe(served);
}
