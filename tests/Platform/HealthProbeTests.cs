using Charterhouse.Platform.Hosting;
using Charterhouse.Testing;

namespace Charterhouse.Platform.Tests;

public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/health/live")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/health/live")]
    [InlineData("http://+:8080", "http://127.0.0.1:8080/health/live")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/health/live")]
    [InlineData("http://127.0.0.1:8081/", "http://127.0.0.1:8081/health/live")]
    public void AddressOf_WhereItListens_IsWhereItAnswers(string url, string address) => HealthProbe.AddressOf(url).ToString().ShouldBe(address);

    [Fact]
    public async Task Run_NobodyListens_IsOne() => (await HealthProbe.RunAsync($"http://127.0.0.1:{Ports.Free()}")).ShouldBe(1);
}
