namespace Crm.Architecture.Tests;

public sealed class ComposeTests
{
    [Fact]
    public void The_compose_file_is_well_formed_and_refers_to_what_exists() =>
        ComposeFile.Check(File.ReadAllText(Repository.PathOf("docker-compose.yml")), Repository.Root).ShouldBeEmpty();

    [Fact]
    public void The_check_finds_what_is_wrong() => ComposeFile.Check("""
        services:
          lone: { image: some }
          built: { build: { context: ., dockerfile: Nowhere }, restart: "no" }
          mounting:
            image: some
            environment: { PASSWORD: "${SOME_PASSWORD:-secret}" }
            volumes: ["undeclared:/a", "./nowhere:/b"]
            healthcheck: { test: ["CMD", "true"] }
            depends_on: { missing: { condition: service_healthy }, lone: { condition: service_completed_successfully } }
        """, Repository.Root).ShouldBe(
        [
            "lone has no health check",
            $"built is built from {Repository.PathOf("./Nowhere")}, which does not exist",
            "mounting depends on missing, which is no service",
            "mounting waits for lone to end, which never does",
            "mounting mounts the volume undeclared, which is not declared",
            "mounting mounts ./nowhere, which does not exist",
            "SOME_PASSWORD is not in .env.example",
            "SOME_PASSWORD is used where it may be empty or a default",
        ]);

    [Fact]
    public void A_malformed_file_is_found() =>
        Should.Throw<YamlDotNet.Core.YamlException>(() => ComposeFile.Check("services: [a", Repository.Root));

    [Fact]
    public void The_scripts_can_be_executed()
    {
        foreach (var script in new[] { "run", "test", ".ci/run" })
            File.GetUnixFileMode(Repository.PathOf(script)).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue(script);
    }
}
