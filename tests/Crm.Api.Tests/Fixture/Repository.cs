namespace Crm.Api.Tests.Fixture;

/// <summary>The tree these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root; null where the tests run without it.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The path of a file or folder in it.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root ?? throw new InvalidOperationException("Crm.sln is in no folder above the tests."), .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Crm.sln"))) return folder.FullName;
        return null;
    }
}
