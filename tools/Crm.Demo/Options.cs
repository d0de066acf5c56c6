namespace Crm.Demo;

/// <summary>What the command line asked for.</summary>
internal sealed record Options(Uri Url, string? SalesDirectory, string? Email, string? Password, string DataDirectory)
{
    internal const string Usage = """
        usage: ./demo [--sales DIR] [--url URL] [--email ADDRESS --password PASSWORD]

          ./demo               fills a tenant with a generated sample company
          ./demo --sales DIR   loads accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv of DIR and,
                               if DIR has expected-aggregates.json, compares the pipeline report with it
          --url URL            the running service (default: ASPNETCORE_URLS, else http://localhost:5080)
          --email, --password  sign in to an existing tenant (default: one of the demo's own, registered on the first
                               run and remembered in CRM_DATA_DIR)

        Running it again creates nothing twice. Exit status: 0 all well, 1 a row failed or a figure differs,
        2 it could not start.
        """;

    /// <exception cref="DemoException">An argument is unknown or incomplete.</exception>
    internal static Options Parse(string[] args)
    {
        string? url = null, sales = null, email = null, password = null;
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (name is not ("--url" or "--sales" or "--email" or "--password"))
                throw new DemoException($"Unknown argument '{name}'.\n\n{Usage}", 2);
            if (++i == args.Length) throw new DemoException($"{name} needs a value.\n\n{Usage}", 2);
            switch (name)
            {
                case "--url": url = args[i]; break;
                case "--sales": sales = args[i]; break;
                case "--email": email = args[i]; break;
                default: password = args[i]; break;
            }
        }

        if ((email is null) != (password is null))
            throw new DemoException($"--email and --password belong together.\n\n{Usage}", 2);
        var data = Environment.GetEnvironmentVariable("CRM_DATA_DIR");
        return new Options(
            ServiceUrl(url ?? Environment.GetEnvironmentVariable("ASPNETCORE_URLS")), sales, email, password,
            string.IsNullOrEmpty(data) ? ".data" : data);
    }

    // ASPNETCORE_URLS is written for a listener: several addresses, and wildcards a client cannot connect to.
    private static Uri ServiceUrl(string? urls)
    {
        var all = (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var text = all.FirstOrDefault(u => u.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            ?? all.FirstOrDefault() ?? "http://localhost:5080";
        foreach (var any in (string[])["://+", "://*", "://0.0.0.0", "://[::]"])
            text = text.Replace(any, "://localhost", StringComparison.Ordinal);
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new DemoException($"'{text}' is not an http address.", 2);
    }
}

/// <summary>Ends the demo with a message for the user and an exit status.</summary>
internal sealed class DemoException(string message, int exitStatus) : Exception(message)
{
    internal int ExitStatus { get; } = exitStatus;
}
