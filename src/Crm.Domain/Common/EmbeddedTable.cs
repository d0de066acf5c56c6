namespace Crm.Domain.Common;

/// <summary>Reads the tables of two or three columns embedded in this assembly; no cell of theirs holds a comma or a quote.</summary>
internal static class EmbeddedTable
{
    public static IEnumerable<string[]> Read(string file)
    {
        using var stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The table {file} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        reader.ReadLine(); // the header
        while (reader.ReadLine() is { } line)
            yield return line.Split(',', 3);
    }
}
