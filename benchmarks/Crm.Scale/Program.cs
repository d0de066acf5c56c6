using Crm.Scale;

// ./bench scale: what 10,000 leads take and what 1,000,000 take, side by side. Two services, each with its own database, asked in turns.
// Arguments: the service's program, and the folder for data, which is kept between runs.
var (program, folder) = (args[0], args[1]);
var verdicts = new Verdicts();
if (args is [_, _, "stream"])
{
    await using (var prepared = await Instance.StartAsync(program, folder)) await Streams.NoteCommitsAsync(prepared);
    await using (var busy = await Instance.StartAsync(program, folder)) await new Streams(busy, verdicts).MeasureAsync();
    await using (var fresh = await Instance.StartAsync(program, folder)) await new Streams(fresh, verdicts).MeasureIdleAsync();
    return verdicts.Failed ? 1 : 0;
}
if (args is [_, _, "match"])
{
    await using var instance = await Instance.StartAsync(program, folder);
    await new Matching(instance, verdicts).MeasureAsync();
    return verdicts.Failed ? 1 : 0;
}
if (args is [_, _, "issue"])
{
    await using var instance = await Instance.StartAsync(program, folder);
    await new Issuing(instance, verdicts).MeasureAsync();
    return verdicts.Failed ? 1 : 0;
}
await using var small = await LoadedAsync("small", 10_000);
var large = await LoadedAsync("large", 1_000_000);
try
{
    await Task.Delay(TimeSpan.FromSeconds(3));
    Console.WriteLine($"memory of the service, idle: {large.Megabytes:N0} MB (mark 250){verdicts.Of(large.Megabytes, 250, 250)}");
    var growth = new Growth(await Target.OfAsync(small, 50), await Target.OfAsync(large, 1_000), verdicts);
    var tenants = new ManyTenants(large, verdicts);
    await tenants.EnterAsync();
    await growth.MeasureAsync();
    await growth.CompareFiltersAsync();
    await tenants.MeasureAsync();
}
finally
{
    await large.DisposeAsync();
}
return verdicts.Failed ? 1 : 0;

async Task<Instance> LoadedAsync(string name, int leads)
{
    var path = Path.Combine(folder, name);
    if (Loader.IsStale(path, leads)) Directory.Delete(path, recursive: true);
    var instance = await Instance.StartAsync(program, path);
    if (File.Exists(Path.Combine(path, "loaded"))) return instance;
    try
    {
        await new Loader(instance, leads).LoadAsync();
    }
    finally
    {
        // Loading is no part of what is measured, nor of what the service holds in memory.
        await instance.DisposeAsync();
    }
    return await Instance.StartAsync(program, path);
}
