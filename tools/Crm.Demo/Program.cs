using System.Diagnostics;
using Crm.Demo;

if (args is ["--help" or "-h", ..])
{
    Out.Line(Options.Usage);
    return 0;
}

try
{
    return await RunAsync(Options.Parse(args));
}
catch (DemoException e)
{
    Out.Error(e.Message);
    return e.ExitStatus;
}
catch (Exception e) when (e is ApiException or HttpRequestException or TaskCanceledException or IOException or UnauthorizedAccessException)
{
    Out.Error($"Stopped: {e.Message}");
    return 1;
}

static async Task<int> RunAsync(Options options)
{
    var files = options.SalesDirectory is null ? null : SalesFiles.Read(options.SalesDirectory);
    using var api = new ApiClient(options.Url);
    await api.WaitUntilReadyAsync();
    var session = await Session.OpenAsync(api, options, files is null ? "sample" : "sales");
    var batches = new Batches(api);
    var watch = Stopwatch.StartNew();
    Out.Line();
    var agrees = true;
    if (files is null)
    {
        await new SampleCompany(api, batches, session).BuildAsync();
        Out.Line($"Filled in{Out.Seconds(watch)}.");
        await Summary.PrintAsync(api);
    }
    else
    {
        var ids = await new SalesLoader(api, batches, session, files).LoadAsync();
        Out.Line($"Loaded in{Out.Seconds(watch)}.");
        await Summary.PrintAsync(api);
        var published = Path.Combine(options.SalesDirectory!, "expected-aggregates.json");
        if (File.Exists(published)) agrees = await new SalesChecks(api, ids).CompareAsync(published);
        else Out.Line("\nThe folder has no expected-aggregates.json: nothing to compare the report with.");
    }

    Out.Line($"\nTeam members sign in with the password {session.State.MemberPassword} (kept in {session.File}).");
    Summary.PrintRequests(api, session);
    return agrees ? 0 : 1;
}
